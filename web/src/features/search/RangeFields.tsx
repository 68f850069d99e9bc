/** The time range: all time, the last minutes to days, or a start and an end of one's own. */
import { useT } from '../../base/i18n.ts';
import { fromInputText, toInputText } from '../../base/time.ts';
import { useZone } from '../../base/zone.ts';
import { RANGES, windowOf, type RangeName, type SearchState } from './state.ts';

type RangeState = Pick<SearchState, 'range' | 'start' | 'end'>;

interface Props {
  readonly state: SearchState;
  readonly backwards: boolean;
  readonly onChange: (range: RangeState) => void;
}

export function RangeFields({ state, backwards, onChange }: Props) {
  const { t } = useT();
  const [zone] = useZone();

  /** Switching to a range of one's own begins with what the relative one means now. */
  function choose(range: RangeName): void {
    onChange(range === 'custom' ? { range, ...windowOf(state) } : { range, start: undefined, end: undefined });
  }

  return (
    <div className="field">
      <label className="field-label" htmlFor="range">
        {t('search.range')}
      </label>
      <select id="range" value={state.range} onChange={(event) => choose(event.target.value as RangeName)}>
        {RANGES.map((name) => (
          <option key={name} value={name}>
            {t(`search.range.${name}`)}
          </option>
        ))}
      </select>
      {state.range === 'custom' ? (
        <div className="range-ends">
          {(['start', 'end'] as const).map((end) => {
            const value = state[end];
            return (
              <label key={end}>
                <span>{t(end === 'start' ? 'search.range.from' : 'search.range.to')}</span>
                <input
                  type="datetime-local"
                  step="1"
                  value={value === undefined ? '' : toInputText(value, zone)}
                  aria-invalid={backwards}
                  onChange={(event) => onChange({ range: 'custom', start: state.start, end: state.end, [end]: fromInputText(event.target.value, zone) })}
                />
              </label>
            );
          })}
          {backwards ? (
            <p className="error-text" role="alert">
              {t('search.range.backwards')}
            </p>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
