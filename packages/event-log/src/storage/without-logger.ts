/** A client of the AWS SDK, of whichever service. */
interface Client {
  readonly middlewareStack: { remove(name: string): boolean };
}

/**
 * The client, without the part of the SDK that copies every input and output, field by field, for a logger: one that
 * was given none throws the copies away.
 */
export function withoutLogger<C extends Client>(client: C): C {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
