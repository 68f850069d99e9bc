/** A loaded trace: head, minimap, waterfall and the detail of the selected span, driven by pointer and keys. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useChoice, usePixels } from '../../base/settings.ts';
import { criticalPath } from '../../model/criticalPath.ts';
import { hasChildren, positionOf } from '../../model/rows.ts';
import type { Trace } from '../../model/trace.ts';
import { pan, reveal, wholeOf, zoomAt } from '../../model/zoom.ts';
import { MissedNotice } from '../../widgets/MissedNotice.tsx';
import { useSize } from '../../widgets/useSize.ts';
import { actionOf, type Action } from './keys.ts';
import { KeysHelp } from './KeysHelp.tsx';
import { Minimap } from './Minimap.tsx';
import { ROW_HEIGHT, RULER_HEIGHT } from './paintRows.ts';
import { SpanDetail } from './SpanDetail.tsx';
import { TraceHead } from './TraceHead.tsx';
import { useFind } from './useFind.ts';
import { useTraceState } from './useTraceState.ts';
import { Waterfall } from './Waterfall.tsx';

interface Props {
  readonly trace: Trace;
  /** Damaged places that may have held spans of it. */
  readonly missed: readonly string[];
  readonly query: URLSearchParams;
}

export function TraceView({ trace, missed, query }: Props) {
  const state = useTraceState(trace, query);
  const { selected, window: shown, rows, collapsed, select, setWindow, toggle } = state;
  const found = useFind(trace, state.find);
  const [match, setMatch] = useState(-1);
  const [service, setService] = useState(-1);
  const [help, setHelp] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const findBox = useRef<HTMLInputElement>(null);
  const size = useSize(scroller);
  const [detailWidth, setDetailWidth] = usePixels('detailWidth', 440, 300, 1100);
  const errorRows = useMemo(() => rowsWithErrors(trace), [trace]);
  const critical = useMemo(() => criticalPath(trace), [trace]);
  const [showCritical, setShowCritical] = useChoice('criticalPath', ['on', 'off'], 'on');
  const toggleCritical = (): void => setShowCritical(showCritical === 'on' ? 'off' : 'on');
  const page = Math.max(1, Math.floor((size.height - RULER_HEIGHT) / ROW_HEIGHT) - 1);

  const scrollTo = useCallback((position: number): void => {
    const box = scroller.current;
    if (box === null) {
      return;
    }
    const top = position * ROW_HEIGHT;
    const room = box.clientHeight - RULER_HEIGHT;
    if (top < box.scrollTop) {
      box.scrollTop = Math.max(0, top - ROW_HEIGHT * 2);
    } else if (top + ROW_HEIGHT > box.scrollTop + room) {
      box.scrollTop = top - room + ROW_HEIGHT * 3;
    }
  }, []);

  // Wherever a selection came from, its row comes into view.
  useEffect(() => {
    if (selected >= 0) {
      scrollTo(positionOf(rows, selected));
    }
    // A fold elsewhere must not pull the page back to the selection.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected, scrollTo]);

  const go = useCallback(
    (list: readonly number[], step: 1 | -1): void => {
      if (list.length === 0) {
        return;
      }
      const at = step === 1 ? list.findIndex((row) => row > selected) : list.findLastIndex((row) => row < selected);
      select(list.at(at < 0 ? (step === 1 ? 0 : -1) : at)!);
    },
    [selected, select],
  );

  /** A step asked for while the search still ran (typed, and Enter at once) is taken when it is done. */
  const waiting = useRef<1 | -1 | undefined>(undefined);
  const goToMatch = (step: 1 | -1): void => {
    if (found.query === state.find) {
      go(found.rows ?? [], step);
    } else {
      waiting.current = step;
    }
  };
  useEffect(() => {
    if (waiting.current !== undefined && found.query === state.find) {
      go(found.rows ?? [], waiting.current);
      waiting.current = undefined;
    }
  }, [found, state.find, go]);

  useEffect(() => setMatch(found.rows === undefined ? -1 : found.rows.indexOf(selected)), [found, selected]);

  function moveTo(position: number): void {
    select(rows[Math.max(0, Math.min(rows.length - 1, position))]!);
  }

  function act(action: Action): void {
    const at = selected < 0 ? -1 : positionOf(rows, selected);
    const moves: Readonly<Record<Action, () => void>> = {
      next: () => moveTo(at + 1),
      previous: () => moveTo(at < 0 ? 0 : at - 1),
      pageDown: () => moveTo(at + page),
      pageUp: () => moveTo(at - page),
      first: () => moveTo(0),
      last: () => moveTo(rows.length - 1),
      fold: () => {
        if (selected < 0) return;
        if (hasChildren(trace, selected) && collapsed[selected] === 0) toggle(selected);
        else if (trace.parent[selected]! >= 0) select(trace.parent[selected]!);
      },
      unfold: () => {
        if (selected < 0 || !hasChildren(trace, selected)) return;
        if (collapsed[selected] === 1) toggle(selected);
        else select(selected + 1);
      },
      foldAll: () => state.foldAll(),
      unfoldAll: () => state.unfoldAll(),
      zoomIn: () => setWindow(zoomAt(shown, trace.duration, 0.5, 2 / 3)),
      zoomOut: () => setWindow(zoomAt(shown, trace.duration, 0.5, 1.5)),
      panLeft: () => setWindow(pan(shown, trace.duration, -0.15)),
      panRight: () => setWindow(pan(shown, trace.duration, 0.15)),
      whole: () => setWindow(wholeOf(trace.duration)),
      zoomToSpan: () => zoomToSpan(selected),
      find: () => findBox.current?.focus(),
      nextMatch: () => goToMatch(1),
      previousMatch: () => goToMatch(-1),
      nextError: () => go(errorRows, 1),
      previousError: () => go(errorRows, -1),
      open: () => (selected < 0 ? moveTo(0) : undefined),
      close: () => (help ? setHelp(false) : select(-1)),
      critical: toggleCritical,
      help: () => setHelp(!help),
    };
    moves[action]();
  }

  function zoomToSpan(row: number): void {
    if (row >= 0) {
      const { offset, length } = trace;
      const margin = length[row]! / 10n + 50n;
      const from = offset[row]! - margin;
      setWindow(reveal({ from, to: from + 1n } as typeof shown, trace.duration, from, length[row]! + 2n * margin));
    }
  }

  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const keyDown = (event: KeyboardEvent): void => {
      const action = actionOf(event);
      if (action !== undefined) {
        event.preventDefault();
        latest.current(action);
      }
    };
    window.addEventListener('keydown', keyDown);
    return () => window.removeEventListener('keydown', keyDown);
  }, []);

  return (
    <main className="trace-page" data-selected={selected < 0 ? '' : trace.spans[selected]!.spanId}>
      <TraceHead
        trace={trace}
        find={state.find}
        found={found}
        match={match}
        service={service}
        errors={errorRows.length}
        findBox={findBox}
        onFind={state.setFind}
        onMatch={goToMatch}
        onError={(step) => go(errorRows, step)}
        onService={setService}
        onFold={(all) => (all ? state.foldAll() : state.unfoldAll())}
        onWhole={() => setWindow(wholeOf(trace.duration))}
        critical={showCritical === 'on'}
        onCritical={toggleCritical}
        onHelp={() => setHelp(!help)}
      />
      <MissedNotice what="spans" places={missed} />
      <Minimap trace={trace} window={shown} onWindow={setWindow} />
      <div className="trace-body">
        <div className="waterfall">
          <div className="scroller" ref={scroller} tabIndex={-1}>
            <Waterfall
              trace={trace}
              rows={rows}
              collapsed={collapsed}
              window={shown}
              selected={selected}
              matches={found.flags}
              currentMatch={match < 0 ? -1 : selected}
              critical={showCritical === 'on' ? critical : undefined}
              service={service}
              scroller={scroller}
              size={size}
              onWindow={setWindow}
              onSelect={(row) => select(row === selected ? -1 : row)}
              onToggle={toggle}
            />
          </div>
        </div>
        {selected < 0 ? null : (
          <SpanDetail
            trace={trace}
            row={selected}
            critical={critical}
            width={detailWidth}
            onWidth={setDetailWidth}
            onSelect={select}
            onZoom={() => zoomToSpan(selected)}
            onClose={() => select(-1)}
          />
        )}
      </div>
      {help ? <KeysHelp onClose={() => setHelp(false)} /> : null}
    </main>
  );
}

function rowsWithErrors(trace: Trace): readonly number[] {
  const rows: number[] = [];
  trace.error.forEach((flag, row) => {
    if (flag === 1) {
      rows.push(row);
    }
  });
  return rows;
}
