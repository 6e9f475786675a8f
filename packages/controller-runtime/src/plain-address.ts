/** Whether a URL carries no user and password: addresses are logged and shown. What is no URL is refused elsewhere. */
export function isPlainAddress(address: string): boolean {
  const { password = '', username = '' } = URL.parse(address) ?? {};
  return username === '' && password === '';
}
