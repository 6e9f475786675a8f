import type { Logger } from './logger.ts';

/** A child that is made at its first line: making one costs more than most of those who are given one ever do. */
export function lazyChild(logger: Logger, fields: object): Logger {
  let made: Logger | undefined;
  const child = (): Logger => {
    made ??= logger.child(fields);
    return made;
  };
  return {
    debug: (more, message) => {
      child().debug(more, message);
    },
    info: (more, message) => {
      child().info(more, message);
    },
    warn: (more, message) => {
      child().warn(more, message);
    },
    error: (more, message) => {
      child().error(more, message);
    },
    child: (more) => child().child(more),
  };
}
