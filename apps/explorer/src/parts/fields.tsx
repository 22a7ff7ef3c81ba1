import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { draftOf, titleOf, type Draft, type EventForm, type Field } from '../model/form';
import type { Entry } from '../model/history';
import { inputMoment, inputText, localText } from '../model/time';
import { valueText } from '../model/values';
import { text } from '../text';

export interface FieldsProps {
  readonly forms: readonly EventForm[];
  readonly draft: Draft;
  /** What a correction may target. */
  readonly targets: readonly Entry[];
  /** What the server says of each field, by its path. */
  readonly errors: ReadonlyMap<string, string>;
  /** The path of the event in what is sent; empty at the top. */
  readonly path?: string;
  onChange(draft: Draft): void;
}

interface InputProps extends Omit<FieldsProps, 'forms'> {
  readonly field: Field;
  readonly id: string;
  readonly describedBy: string | undefined;
}

const targetText = ({ effective, at }: Entry): string => {
  const quantity = effective.content['quantity'];
  const what = titleOf(effective.event.eventType);
  return `${what}${quantity === undefined ? '' : ` ${valueText(quantity)}`}, ${localText(at)}`;
};

interface ChoiceProps {
  readonly input: Readonly<Record<string, unknown>>;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  onValue(value: string): void;
}

type TypedProps = Omit<ChoiceProps, 'options'> & { readonly field: Field };

function Choice({ input, value, options, onValue }: ChoiceProps) {
  return (
    <select {...input} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
      <option value="">{text.whatIf.choose}</option>
      {options.map(([one, label]) => (
        <option key={one} value={one}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** A field that is typed. */
function Typed({ field, input, value, onValue }: TypedProps) {
  const { kind, maxLength } = field;
  if (kind === 'time')
    return (
      <input
        {...input}
        type="datetime-local"
        step="any"
        value={value === '' ? '' : inputText(Date.parse(value))}
        onChange={(event) => onValue(inputMoment(event.currentTarget.value) ?? '')}
      />
    );
  if (kind === 'lines' || kind === 'pairs')
    return (
      <textarea {...input} rows={2} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
    );
  return (
    <input
      {...input}
      {...(maxLength !== undefined && { maxLength })}
      type="text"
      inputMode={kind === 'integer' ? 'numeric' : kind === 'decimal' ? 'decimal' : 'text'}
      autoComplete="off"
      spellcheck={false}
      value={value}
      onInput={(event) => onValue(event.currentTarget.value)}
    />
  );
}

function Input({ field, draft, targets, id, describedBy, onChange, errors, path = '' }: InputProps) {
  const { name, kind, required } = field;
  const onValue = (value: string | Draft) =>
    onChange({
      ...draft,
      values: { ...draft.values, [name]: value },
      cleared: draft.cleared.filter((one) => one !== name),
    });
  const given = draft.values[name];
  const value = typeof given === 'string' ? given : '';
  const input = {
    id,
    'aria-describedby': describedBy,
    'aria-invalid': errors.has(path + name),
    disabled: draft.cleared.includes(name),
    required,
  };
  const choice = (options: readonly (readonly [string, string])[]) => (
    <Choice {...{ input, value, onValue, options }} />
  );
  if (kind === 'target') return choice(targets.map((entry) => [entry.event.eventId, targetText(entry)]));
  if (kind === 'flag') return choice(['true', 'false'].map((one) => [one, one]));
  if (kind === 'choice') return choice(field.options.map((one) => [one, one]));
  if (kind !== 'replacement') return <Typed {...{ field, input, value, onValue }} />;
  const inner = typeof given === 'object' ? given : draftOf(field.forms[0]?.eventType ?? '');
  return (
    <div class="nested" id={id} role="group">
      <EventFields
        {...{ forms: field.forms, draft: inner, targets, errors, path: `${path}${name}.` }}
        onChange={onValue}
      />
    </div>
  );
}

/** A group of fields has a heading instead of a label. */
function Label(props: { for: string | undefined; title: string | undefined; children: ComponentChildren }) {
  return props.for === undefined ? (
    <strong>{props.children}</strong>
  ) : (
    <label {...props}>{props.children}</label>
  );
}

function FieldRow({ field, ...props }: FieldsProps & { field: Field }) {
  const base = useId();
  const { draft, errors, path = '', onChange } = props;
  const { name, label, required, nullable } = field;
  const [id, noteId] = [`${base}-${name}`, `${base}-${name}-note`];
  const error = errors.get(path + name);
  const isCleared = draft.cleared.includes(name);
  const clear = (event: Event) => {
    const rest = draft.cleared.filter((one) => one !== name);
    onChange({
      ...draft,
      cleared: (event.currentTarget as HTMLInputElement).checked ? [...rest, name] : rest,
    });
  };
  const note =
    error ?? (field.kind === 'time' && !required && path === '' ? text.whatIf.whenHelp : undefined);
  const labelText =
    name === 'effectiveAt' ? text.whatIf.when : name === 'targetEventId' ? text.whatIf.target : label;
  return (
    <div class={`field ${field.kind}`}>
      <Label for={field.kind === 'replacement' ? undefined : id} title={field.help}>
        {labelText}
        {!required && <small> {text.whatIf.optional}</small>}
      </Label>
      <Input {...props} field={field} id={id} describedBy={note && noteId} />
      {nullable && (
        <label class="clear">
          <input type="checkbox" checked={isCleared} onChange={clear} /> {text.whatIf.clear}
        </label>
      )}
      {note !== undefined && (
        <small id={noteId} class={error === undefined ? 'muted' : 'error'}>
          {note}
        </small>
      )}
    </div>
  );
}

/** The fields of an event, as the OpenAPI document describes its type. */
export function EventFields(props: FieldsProps) {
  const { forms, draft, onChange } = props;
  const id = useId();
  const form = forms.find(({ eventType }) => eventType === draft.eventType) ?? forms[0];
  if (form === undefined) return null;
  const change = (event: Event) =>
    onChange({ ...draft, eventType: (event.currentTarget as HTMLSelectElement).value, cleared: [] });
  const [time, ...rest] = [...form.context].sort(
    (a, b) => Number(b.name === 'effectiveAt') - Number(a.name === 'effectiveAt'),
  );
  const required = form.fields.filter((field) => field.required);
  const optional = form.fields.filter((field) => !field.required);
  const row = (field: Field) => <FieldRow key={field.name} {...props} field={field} />;
  // A type that requires nothing is about its optional fields.
  const [open, folded] = required.length > 0 ? [required, optional] : [optional, []];
  return (
    <>
      <div class="field">
        <label for={id}>{text.whatIf.type}</label>
        <select id={id} value={form.eventType} onChange={change}>
          {forms.map(({ eventType, title }) => (
            <option key={eventType} value={eventType}>
              {title}
            </option>
          ))}
        </select>
        <small class="muted">{form.summary}</small>
      </div>
      {open.map(row)}
      {time && row(time)}
      {folded.length + rest.length > 0 && (
        <details>
          <summary>{text.whatIf.more}</summary>
          {[...folded, ...rest].map(row)}
        </details>
      )}
    </>
  );
}
