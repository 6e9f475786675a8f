import { jest } from '@jest/globals';

/** A time-out ends what hangs, and judges nothing: on a busy machine a program alone takes seconds to start. */
jest.setTimeout(300_000);
