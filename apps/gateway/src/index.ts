export { createApp, type Dependencies } from './app';
export {
  createAppender,
  UnavailableError,
  type Appender,
  type AppenderOptions,
  type AppendOutcome,
  type BackgroundAppender,
} from './appender';
export { createClients, environmentOf, type Environment } from './clients';
export { EnvironmentError } from './environment-error';
export { serve, type RunningServer, type ServerOptions } from './server/server';
export { defaultSettings, type Settings } from './settings';
