/** Of this program, and of the image that weights are baked into. */
export const VERSION = '0.1.0';
