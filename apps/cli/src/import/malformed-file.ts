/** The file as a whole can't be used; the message says where and why. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile';
}
