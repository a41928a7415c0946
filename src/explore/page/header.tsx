import { OuiButtonIcon, OuiIcon, OuiToolTip } from '@opensearch-project/oui';
import type { DashboardContent } from '../protocol.ts';
import { useTheme } from './theme.tsx';

interface Props {
  readonly dashboards: readonly DashboardContent[];
  readonly current: string;
  readonly version: string;
  readonly onOpen: (id: string) => void;
}

/** Brand, one tab a dashboard, light or dark. */
export function Header({ dashboards, current, version, onOpen }: Props) {
  const theme = useTheme();
  return (
    <header className="header">
      <span className="brand" title={`ocsf-cloudtrail ${version}`}>
        <OuiIcon type="logoOpenSearch" size="l" /> CloudTrail explore
      </span>
      <nav aria-label="Dashboards">
        {dashboards.map(({ id, title, description }) => (
          <button
            key={id}
            data-id={id}
            type="button"
            className="tab"
            aria-current={id === current ? 'page' : undefined}
            title={description}
            onClick={() => onOpen(id)}
          >
            {shortTitle(title)}
          </button>
        ))}
      </nav>
      <OuiToolTip content={theme.dark ? 'Light' : 'Dark'}>
        <OuiButtonIcon
          iconType={'moon'}
          color="ghost"
          aria-label={theme.dark ? 'Use light colours' : 'Use dark colours'}
          onClick={theme.toggle}
        />
      </OuiToolTip>
    </header>
  );
}

/** Titles carry the product in brackets, because other dashboards stand beside them in OpenSearch Dashboards; not here. */
export function shortTitle(title: string): string {
  return title.replace(/^\[[^\]]*\]\s*/, '');
}
