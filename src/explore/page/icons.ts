// @ts-expect-error -- the package's types do not list its single modules
import { appendIconComponentCache } from '@opensearch-project/oui/es/components/icon/icon';
// @ts-expect-error -- as above
import { icon as alert } from '@opensearch-project/oui/es/components/icon/assets/alert';
// @ts-expect-error -- as above
import { icon as arrowDown } from '@opensearch-project/oui/es/components/icon/assets/arrow_down';
// @ts-expect-error -- as above
import { icon as arrowLeft } from '@opensearch-project/oui/es/components/icon/assets/arrow_left';
// @ts-expect-error -- as above
import { icon as arrowRight } from '@opensearch-project/oui/es/components/icon/assets/arrow_right';
// @ts-expect-error -- as above
import { icon as arrowUp } from '@opensearch-project/oui/es/components/icon/assets/arrow_up';
// @ts-expect-error -- as above
import { icon as boxesHorizontal } from '@opensearch-project/oui/es/components/icon/assets/boxes_horizontal';
// @ts-expect-error -- as above
import { icon as calendar } from '@opensearch-project/oui/es/components/icon/assets/calendar';
// @ts-expect-error -- as above
import { icon as check } from '@opensearch-project/oui/es/components/icon/assets/check';
// @ts-expect-error -- as above
import { icon as clock } from '@opensearch-project/oui/es/components/icon/assets/clock';
// @ts-expect-error -- as above
import { icon as copyClipboard } from '@opensearch-project/oui/es/components/icon/assets/copy_clipboard';
// @ts-expect-error -- as above
import { icon as cross } from '@opensearch-project/oui/es/components/icon/assets/cross';
// @ts-expect-error -- as above
import { icon as crossInACircleFilled } from '@opensearch-project/oui/es/components/icon/assets/crossInCircleFilled';
// @ts-expect-error -- as above
import { icon as empty } from '@opensearch-project/oui/es/components/icon/assets/empty';
// @ts-expect-error -- as above
import { icon as exportAction } from '@opensearch-project/oui/es/components/icon/assets/export';
// @ts-expect-error -- as above
import { icon as eye } from '@opensearch-project/oui/es/components/icon/assets/eye';
// @ts-expect-error -- as above
import { icon as eyeClosed } from '@opensearch-project/oui/es/components/icon/assets/eye_closed';
// @ts-expect-error -- as above
import { icon as filter } from '@opensearch-project/oui/es/components/icon/assets/filter';
// @ts-expect-error -- as above
import { icon as fullScreen } from '@opensearch-project/oui/es/components/icon/assets/full_screen';
// @ts-expect-error -- as above
import { icon as fullScreenExit } from '@opensearch-project/oui/es/components/icon/assets/fullScreenExit';
// @ts-expect-error -- as above
import { icon as inspect } from '@opensearch-project/oui/es/components/icon/assets/inspect';
// @ts-expect-error -- as above
import { icon as kqlField } from '@opensearch-project/oui/es/components/icon/assets/kql_field';
// @ts-expect-error -- as above
import { icon as kqlValue } from '@opensearch-project/oui/es/components/icon/assets/kql_value';
// @ts-expect-error -- as above
import { icon as kqlOperand } from '@opensearch-project/oui/es/components/icon/assets/kql_operand';
// @ts-expect-error -- as above
import { icon as iInCircle } from '@opensearch-project/oui/es/components/icon/assets/iInCircle';
// @ts-expect-error -- as above
import { icon as logoOpenSearch } from '@opensearch-project/oui/es/components/icon/assets/logo_opensearch';
// @ts-expect-error -- as above
import { icon as minusInCircle } from '@opensearch-project/oui/es/components/icon/assets/minus_in_circle';
// @ts-expect-error -- as above
import { icon as moon } from '@opensearch-project/oui/es/components/icon/assets/moon';
// @ts-expect-error -- as above
import { icon as pin } from '@opensearch-project/oui/es/components/icon/assets/pin';
// @ts-expect-error -- as above
import { icon as pinFilled } from '@opensearch-project/oui/es/components/icon/assets/pin_filled';
// @ts-expect-error -- as above
import { icon as plusInCircle } from '@opensearch-project/oui/es/components/icon/assets/plus_in_circle';
// @ts-expect-error -- as above
import { icon as popout } from '@opensearch-project/oui/es/components/icon/assets/popout';
// @ts-expect-error -- as above
import { icon as refresh } from '@opensearch-project/oui/es/components/icon/assets/refresh';
// @ts-expect-error -- as above
import { icon as save } from '@opensearch-project/oui/es/components/icon/assets/save';
// @ts-expect-error -- as above
import { icon as search } from '@opensearch-project/oui/es/components/icon/assets/search';
// @ts-expect-error -- as above
import { icon as sortDown } from '@opensearch-project/oui/es/components/icon/assets/sort_down';
// @ts-expect-error -- as above
import { icon as sortUp } from '@opensearch-project/oui/es/components/icon/assets/sort_up';
// @ts-expect-error -- as above
import { icon as trash } from '@opensearch-project/oui/es/components/icon/assets/trash';
// @ts-expect-error -- as above
import { icon as invert } from '@opensearch-project/oui/es/components/icon/assets/invert';
// @ts-expect-error -- as above
import { icon as questionInCircle } from '@opensearch-project/oui/es/components/icon/assets/question_in_circle';
// @ts-expect-error -- as above
import { icon as folderOpen } from '@opensearch-project/oui/es/components/icon/assets/folder_open';
// @ts-expect-error -- as above
import { icon as returnKey } from '@opensearch-project/oui/es/components/icon/assets/return_key';
// @ts-expect-error -- as above
import { icon as dot } from '@opensearch-project/oui/es/components/icon/assets/dot';
// @ts-expect-error -- as above
import { icon as pause } from '@opensearch-project/oui/es/components/icon/assets/pause';
// @ts-expect-error -- as above
import { icon as play } from '@opensearch-project/oui/es/components/icon/assets/play';
// @ts-expect-error -- as above
import { icon as magnifyWithPlus } from '@opensearch-project/oui/es/components/icon/assets/magnifyWithPlus';
// @ts-expect-error -- as above
import { icon as minusInCircleFilled } from '@opensearch-project/oui/es/components/icon/assets/minus_in_circle_filled';
// @ts-expect-error -- as above
import { icon as plusInCircleFilled } from '@opensearch-project/oui/es/components/icon/assets/plus_in_circle_filled';
// @ts-expect-error -- as above
import { icon as visBarVertical } from '@opensearch-project/oui/es/components/icon/assets/vis_bar_vertical';
// @ts-expect-error -- as above
import { icon as visTable } from '@opensearch-project/oui/es/components/icon/assets/vis_table';
// @ts-expect-error -- as above
import { icon as documents } from '@opensearch-project/oui/es/components/icon/assets/documents';

/** Icons are loaded by name at run time otherwise, which a bundle cannot follow: these are the ones in use. */
appendIconComponentCache({
  alert,
  arrowDown,
  arrowLeft,
  arrowRight,
  arrowUp,
  boxesHorizontal,
  calendar,
  check,
  clock,
  copyClipboard,
  cross,
  crossInACircleFilled,
  empty,
  exportAction,
  eye,
  eyeClosed,
  filter,
  fullScreen,
  fullScreenExit,
  inspect,
  kqlField,
  kqlValue,
  kqlOperand,
  iInCircle,
  logoOpenSearch,
  minusInCircle,
  moon,
  pin,
  pinFilled,
  plusInCircle,
  popout,
  refresh,
  save,
  search,
  sortDown,
  sortUp,
  trash,
  invert,
  questionInCircle,
  folderOpen,
  returnKey,
  dot,
  pause,
  play,
  magnifyWithPlus,
  minusInCircleFilled,
  plusInCircleFilled,
  documents,
  visBarVertical,
  visTable,
});
