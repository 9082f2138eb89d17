/** Something a server was seen to do; tells a failure on one record from a server that fails on all. */
export interface Evidence {
  /** True once it was seen; it never becomes false again. */
  isSeen: boolean;
}
