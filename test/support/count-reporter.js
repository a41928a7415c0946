/** Ends the run with one line that any reader of a log can count: `N passed, N failed[, N skipped]`. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests;
    // A test file that does not even load has failed, though it counts no test.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    process.on('exit', () => process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${tail}\n`));
  }
}
