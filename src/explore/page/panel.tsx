import { OuiButtonIcon, OuiIcon, OuiLoadingChart, OuiToolTip } from '@opensearch-project/oui';
import { Component, Suspense, lazy, useState, type ReactNode } from 'react';
import type { Content, PanelAnswer, PanelContent, View } from '../protocol.ts';
import { tableCsv } from './csv.ts';
import type { Actions } from './dashboard.tsx';
import { downloadCsv } from './download.ts';
import { formatValue } from './format.ts';
import { Controls } from './panels/controls.tsx';
import { Events } from './panels/events.tsx';
import { Metric } from './panels/metric.tsx';
import { Table } from './panels/table.tsx';

const Chart = lazy(() => import('./panels/chart.tsx').then(({ Chart }) => ({ default: Chart })));
const Markdown = lazy(() => import('./panels/markdown.tsx').then(({ Markdown }) => ({ default: Markdown })));

interface Props {
  readonly panel: PanelContent;
  readonly answer: PanelAnswer | undefined;
  /** To what was asked before, until there is an answer. */
  readonly old: PanelAnswer | undefined;
  readonly view: View;
  readonly content: Content;
  readonly act: Actions;
  readonly isMaximized: boolean;
  readonly onMaximize: (maximize: boolean) => void;
}

/** Frame of a panel: title, question, menu; its own loading, empty and error states. */
export function Panel(props: Props) {
  const { panel, isMaximized, onMaximize } = props;
  const waits = props.answer === undefined && needsAnswer(panel);
  const answer = props.answer ?? (hasData(props.old) ? props.old : undefined);
  const [asTable, setAsTable] = useState(false);
  const title = panel.title;
  const rows = answer?.status === 'table' && answer.table.rows.length > 0 ? answer.table : undefined;
  const menu = panel.type !== 'input_control_vis' && panel.type !== 'markdown' && (
    <span className="panel-menu">
      {rows !== undefined && isChart(panel) && (
        <Choice
          icon={asTable ? 'visBarVertical' : 'visTable'}
          tip={asTable ? 'Show as chart' : 'Show as table'}
          label={`Show ${title} as a table`}
          pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        />
      )}
      {rows !== undefined && (
        <Choice
          icon="exportAction"
          tip="Export CSV"
          label={`Export ${title} as CSV`}
          onClick={() => downloadCsv(panel, tableCsv(rows))}
        />
      )}
      <Choice
        icon={isMaximized ? 'fullScreenExit' : 'fullScreen'}
        tip={isMaximized ? 'Minimize panel' : 'Maximize panel'}
        label={`Maximize ${title}`}
        pressed={isMaximized}
        onClick={() => onMaximize(!isMaximized)}
      />
    </span>
  );
  return (
    <section
      className={`panel panel-${panel.type}${waits && answer !== undefined ? ' panel-old' : ''}`}
      aria-label={title}
      aria-busy={waits}
    >
      {panel.hideTitle ? (
        menu
      ) : (
        <header>
          <h2 title={title}>{title}</h2>
          {panel.description !== '' && (
            <OuiToolTip content={panel.description}>
              <span tabIndex={0} role="note" aria-label={panel.description}>
                <OuiIcon type="iInCircle" size="s" color="subdued" />
              </span>
            </OuiToolTip>
          )}
          {menu}
        </header>
      )}
      <div className="panel-body">
        <Guard answer={answer} asTable={asTable}>
          <Suspense fallback={<Loading />}>
            <Body {...props} answer={answer} asTable={asTable} />
          </Suspense>
        </Guard>
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly icon: string;
  readonly tip: string;
  readonly label: string;
  /** Of what is on or off. */
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

/** A button of a panel's menu. */
function Choice({ icon, tip, label, pressed, onClick }: ChoiceProps) {
  return (
    <OuiToolTip content={tip}>
      <OuiButtonIcon
        iconType={icon}
        color="text"
        size="xs"
        aria-label={label}
        aria-pressed={pressed}
        onClick={onClick}
      />
    </OuiToolTip>
  );
}

/** What needs eyes and a mouse: it can be read as a table as well. */
const isChart = ({ type }: PanelContent): boolean => type !== 'table' && type !== 'metric';

const hasData = (answer: PanelAnswer | undefined): boolean => answer?.status === 'table' || answer?.status === 'events';

export const needsAnswer = ({ type, unsupported }: PanelContent): boolean =>
  unsupported === undefined && type !== 'markdown' && type !== 'input_control_vis';

function Body({ panel, answer, view, content, act, asTable }: Props & { readonly asTable: boolean }) {
  if (panel.unsupported !== undefined) return <Note icon="alert" title="Not shown here" text={panel.unsupported} />;
  if (panel.type === 'markdown')
    return <Markdown text={formatValue(panel.params['markdown'] ?? '')} linked={act.linked} />;
  if (panel.type === 'input_control_vis') return <Controls panel={panel} view={view} onControl={act.control} />;
  if (answer === undefined) return <Loading />;
  if (answer.status === 'error') return <Note icon="alert" title="This panel failed" text={answer.reason} bad />;
  if (answer.status === 'empty')
    return (
      <Note
        icon="empty"
        title="No events"
        text={
          answer.absent.length === 0
            ? answer.reason
            : `${answer.reason} No event in this range has ${answer.absent.join(', ')}.`
        }
      />
    );
  if (answer.status === 'events')
    return <Events panel={panel} answer={answer} view={view} content={content} act={act} />;
  if (panel.type === 'metric') return <Metric panel={panel} table={answer.table} />;
  if (asTable || panel.type === 'table')
    return <Table panel={panel} table={answer.table} drillDown={content.drillDown} act={act} />;
  return <Chart panel={panel} table={answer.table} act={act} />;
}

function Loading() {
  return (
    <div className="center" data-state="loading">
      <OuiLoadingChart size="l" />
    </div>
  );
}

function Note({ icon, title, text, bad = false }: { icon: string; title: string; text: string; bad?: boolean }) {
  return (
    <div
      className={`center note${bad ? ' note-bad' : ''}`}
      data-state={bad ? 'error' : 'note'}
      role={bad ? 'alert' : undefined}
    >
      <OuiIcon type={icon} size="l" color={bad ? 'danger' : 'subdued'} />
      <strong>{title}</strong>
      <span>{text}</span>
    </div>
  );
}

interface GuardProps {
  readonly answer: PanelAnswer | undefined;
  readonly asTable: boolean;
  readonly children: ReactNode;
}

/** A fault in drawing one panel leaves the others standing; another answer, or another way to show it, is tried anew. */
class Guard extends Component<GuardProps, { error?: Error | undefined }> {
  override state: { error?: Error | undefined } = {};
  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }
  override componentDidUpdate(before: GuardProps, { error }: { error?: Error | undefined }): void {
    const { answer, asTable } = this.props;
    if (error !== undefined && (answer !== before.answer || asTable !== before.asTable))
      this.setState({ error: undefined });
  }
  override render(): ReactNode {
    const { error } = this.state;
    return error === undefined ? (
      this.props.children
    ) : (
      <Note icon="alert" title="This panel could not be drawn" text={error.message} bad />
    );
  }
}
