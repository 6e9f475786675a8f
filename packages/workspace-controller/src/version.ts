/** Of this program, and of the images that it starts. */
export const VERSION = '0.1.0';
