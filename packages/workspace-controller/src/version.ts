/** Of this program, and of the images that it starts. */
export const VERSION = '0.1.0';

/** Of the program, for logs and as the reporter of its events. */
export const NAME = 'workspace-controller';
