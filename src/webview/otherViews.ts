// Everything that only the views other than the graph need: a script of its own, see viewCode.ts.
import './configureWords';
export { createHosts } from './hosts/hosts';
export { createSlots } from './slots/slotsView';
export { createTable } from './table/table';
