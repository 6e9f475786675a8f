/** Why images cannot be made here; the message is for the person who asked for them. */
export class ImagesError extends Error {
  override readonly name = 'ImagesError';
}
