/** What keeps a model from being packed, in a sentence for whoever asked for it. */
export class PackerError extends Error {
  override readonly name = 'PackerError';
}
