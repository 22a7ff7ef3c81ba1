export { createApp, type Dependencies } from './app';
export {
  createAppender,
  UnavailableError,
  type Appender,
  type AppenderOptions,
  type AppendOutcome,
  type BackgroundAppender,
} from './appender';
export { createClients, environmentOf, EnvironmentError, type Environment } from './clients';
export { serve, type RunningServer, type ServerOptions } from './server';
export { defaultSettings, type Settings } from './settings';
