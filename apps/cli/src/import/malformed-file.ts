/** The file as a whole is unusable. The message gives the position and the reason. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile';
}
