import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { localText, roughText, utcText } from '../model/time';
import type { Call, Problem } from '../service';
import { text } from '../text';

/** A moment in the viewer's zone; UTC on hover. `rough`: to the minute. */
export function Time({ at, rough = false }: { at: string | number; rough?: boolean }) {
  const moment = typeof at === 'number' ? at : Date.parse(at);
  return (
    <time dateTime={new Date(moment).toISOString()} title={utcText(moment)}>
      {rough ? roughText(moment) : localText(moment)}
    </time>
  );
}

/** A link within the page. */
export function Link({
  to,
  class: name,
  children,
}: {
  to: string;
  class?: string;
  children: ComponentChildren;
}) {
  const { go, search } = usePage();
  const cursor = new URLSearchParams(search);
  const query = new URLSearchParams();
  for (const key of ['asOf', 'knownAt']) if (cursor.has(key)) query.set(key, cursor.get(key) ?? '');
  const onClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={query.size > 0 ? `${to}?${query}` : to} class={name} onClick={onClick}>
      {children}
    </a>
  );
}

/** Copies the command that asks the API for what a panel shows. */
export function CopyCurl({ call }: { call: Call }) {
  const { service, announce } = usePage();
  const [isCopied, setCopied] = useState(false);
  const command = service.curl(call);
  const copy = () => {
    const done = () => {
      setCopied(true);
      announce(text.copied);
      setTimeout(() => setCopied(false), 2_000);
    };
    // Without a secure connection there is no clipboard: the command is shown, to be copied by hand.
    if (isSecureContext) void navigator.clipboard.writeText(command).then(done);
    else prompt(text.copyCurl, command);
  };
  return (
    <button type="button" class="quiet curl" title={command} onClick={copy}>
      {isCopied ? text.copied : text.copyCurl}
    </button>
  );
}

/** Saves an answer as a CSV file, and says why if that fails. */
export function Download({ path, name }: { path: string; name: string }) {
  const { service } = usePage();
  const [problem, setProblem] = useState<Problem>();
  return (
    <>
      {problem && (
        <span class="error" role="alert">
          {problem.detail ?? problem.title}
        </span>
      )}
      <button type="button" class="quiet" onClick={() => void service.download(path, name).then(setProblem)}>
        {text.home.csv}
      </button>
    </>
  );
}

/** A part of a page with its heading and what can be done with it. */
export function Panel(props: {
  id: string;
  title: string;
  call?: Call;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const { id, title, call, actions, children } = props;
  return (
    <section class="panel" aria-labelledby={`${id}-title`} id={id}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <div class="actions">
          {actions}
          {call && <CopyCurl call={call} />}
        </div>
      </header>
      {children}
    </section>
  );
}

/** The server writes times in UTC. */
const withLocalTimes = (detail: string): string =>
  detail.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (moment) => localText(Date.parse(moment)));

export function ProblemNote({ problem, children }: { problem: Problem; children?: ComponentChildren }) {
  return (
    <div class="problem" role="alert">
      <strong>{problem.title}</strong>
      <p>{withLocalTimes(problem.detail ?? problem.title)}</p>
      {problem.errors && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(({ path, message }) => (
            <li key={path + message}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {children}
    </div>
  );
}

/** Reads more of a list, if there is more. */
export const More = ({ more, label }: { more: (() => void) | undefined; label: string }) =>
  more === undefined ? null : (
    <button type="button" onClick={more}>
      {label}
    </button>
  );

export const Status = ({ status }: { status: string }) => (
  <span class={`status ${status}`}>{text.status[status] ?? status}</span>
);
