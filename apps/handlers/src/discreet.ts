/** A frame of a stack: a place in the code, and nothing of a message. */
const FRAME = /^\s+at /;

/** The error by its name and its places in the code. A name that the state machine catches stays as it is. */
function withoutMessage(error: unknown): Error {
  const { name, stack = '' } = error instanceof Error ? error : new Error();
  const frames = stack.split('\n').filter((line) => FRAME.test(line));
  const bare = Object.assign(new Error(name), { name });
  bare.stack = [name, ...frames].join('\n');
  return bare;
}

/**
 * A function whose errors say nothing of the data: Step Functions logs the message of an error whatever its log level,
 * Lambda writes it to the function's log, and messages quote what they are about. LOG_PAYLOADS=true leaves them whole.
 */
export function discreet<A extends unknown[], R>(handler: (...args: A) => Promise<R>): typeof handler {
  if (process.env['LOG_PAYLOADS'] === 'true') return handler;
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      throw withoutMessage(error);
    }
  };
}
