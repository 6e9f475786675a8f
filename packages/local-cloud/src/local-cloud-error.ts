/** Something that the person at the terminal can put right; the message is one sentence that says how. */
export class LocalCloudError extends Error {
  override readonly name = 'LocalCloudError';
}
