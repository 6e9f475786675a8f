/** A Workspace that counts on a Node that was not bought for it. */
export interface Holding {
  /** `namespace/name`. */
  readonly workspace: string;
  readonly uid: string;
  readonly createdAt: string;
}
