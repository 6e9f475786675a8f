import { isTransferError } from '@kaito/oci';

/** Why the weights cannot be had, in a sentence for whoever wrote the Workspace. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
  /** The same attempt may succeed later. */
  readonly isTransient: boolean;

  constructor(message: string, mayPass: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isTransient = mayPass;
  }
}

export function isTransient(error: unknown): boolean {
  return (error instanceof WeightsError || isTransferError(error)) && error.isTransient;
}
