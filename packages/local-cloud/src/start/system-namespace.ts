/** Where the controllers keep their leases, as the charts' release namespace does in a real cluster. */
export const SYSTEM_NAMESPACE = 'kaito-system';
