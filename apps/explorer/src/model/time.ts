const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const exact = new Intl.DateTimeFormat('en-GB', {
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  fractionalSecondDigits: 3,
});

/** In the viewer's zone, such as `17 Nov 2026, 12:00`; with seconds and milliseconds only where there are any. */
export function localText(moment: number): string {
  const time = moment % 60_000 === 0 ? clock.format(moment) : exact.format(moment).replace(/\.000$/, '');
  return `${day.format(moment)}, ${time}`;
}

/** To the minute. */
export const roughText = (moment: number): string => `${day.format(moment)}, ${clock.format(moment)}`;

export const utcText = (moment: number): string =>
  `${new Date(moment)
    .toISOString()
    .replace('T', ' ')
    .replace(/(:00)?\.000Z$|Z$/, '')} UTC`;

const two = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** The value of an `<input type="datetime-local">`. */
export function inputText(moment: number): string {
  const local = new Date(moment);
  const date = `${two(local.getFullYear(), 4)}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
  const [seconds, milliseconds] = [local.getSeconds(), local.getMilliseconds()];
  const fraction = milliseconds === 0 ? '' : `.${two(milliseconds, 3)}`;
  const rest = seconds === 0 && milliseconds === 0 ? '' : `:${two(seconds)}${fraction}`;
  return `${date}T${two(local.getHours())}:${two(local.getMinutes())}${rest}`;
}

/** What such an input means, as RFC 3339; undefined: it is empty or incomplete. */
export function inputMoment(text: string): string | undefined {
  const moment = text === '' ? NaN : new Date(text).getTime();
  return Number.isFinite(moment) ? new Date(moment).toISOString() : undefined;
}

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

/** A distance in its largest unit, such as `3 days`. */
export function distanceText(milliseconds: number): string {
  const [size, unit] = UNITS.find(([one]) => Math.abs(milliseconds) >= one) ?? [1, 'millisecond'];
  const count = Math.round(Math.abs(milliseconds) / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
