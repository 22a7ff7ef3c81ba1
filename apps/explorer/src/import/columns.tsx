import type { Field } from '@hindsight/import';
import { fieldsOf, withField } from '../model/import';
import { Panel } from '../parts/basics';
import { text } from '../text';
import type { Beginning } from './messages';
import { isUnderWay, setOptions, type Import } from './session';

const words = text.import;
const FIELDS = Object.entries(words.fields) as readonly [Field, string][];

interface ColumnProps {
  readonly current: Import;
  readonly beginning: Beginning;
  readonly index: number;
  readonly field: Field | undefined;
}

function Column({ current, beginning, index, field }: ColumnProps) {
  const { header, records, columns } = beginning;
  const name = header[index] || words.noName(index + 1);
  const values = records.map((record) => record[index] ?? '').filter((value) => value !== '');
  const kind = current.report.find((one) => one.name === 'kind')?.text.split(' ')[0];
  const isUnused = field !== undefined && kind !== undefined && columns.get(field) !== index;
  const change = (event: Event) => {
    const chosen = (event.currentTarget as HTMLSelectElement).value;
    const next = chosen === '' ? undefined : (chosen as Field);
    setOptions({ map: withField(beginning, current.options.map, index, next) });
  };
  return (
    <tr data-column={name}>
      <th scope="row">{name}</th>
      <td class="values">
        {values.map((value, at) => (
          <span key={at}>{value}</span>
        ))}
      </td>
      <td class="is">
        <select
          class={field === undefined ? 'muted' : ''}
          aria-label={words.which(name)}
          value={field ?? ''}
          disabled={isUnderWay(current)}
          onChange={change}
        >
          <option value="">{words.ignored}</option>
          {FIELDS.map(([one, label]) => (
            <option key={one} value={one}>
              {label}
            </option>
          ))}
        </select>
        {isUnused && <small>{words.unused(kind)}</small>}
      </td>
    </tr>
  );
}

/** The columns of the file, with their first values; what each is can be chosen. */
export function ColumnsPanel({ current, beginning }: { current: Import; beginning: Beginning }) {
  const { header, columns } = beginning;
  const fields = fieldsOf(header, columns, current.options.map);
  return (
    <Panel id="columns" title={words.columns}>
      <table class="columns">
        <thead>
          <tr>
            <th scope="col">{words.column}</th>
            <th scope="col">{words.values}</th>
            <th scope="col">{words.is}</th>
          </tr>
        </thead>
        <tbody>
          {header.map((_, index) => (
            <Column key={index} {...{ current, beginning, index, field: fields[index] }} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
