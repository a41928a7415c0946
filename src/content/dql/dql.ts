/**
 * DQL, the query language of saved objects (`language: "kuery"`). Pure; runs in Node and in browsers.
 *
 *   parseDql(text, {allowLeadingWildcards?})      → DqlNode with offsets; throws DqlSyntaxError (reason, offset, message)
 *   dqlToDsl(text, pattern?, {timeZone?})         → query DSL; also throws DqlFieldError (nested fields, booleans)
 *   toDsl(node, pattern, {timeZone?})             → the same from a parsed text
 *   fieldTerms(node)                              → the fields a text names
 *   quoteDql(value)                               → a value as a phrase, whatever it contains
 *
 * Error messages are those of OpenSearch Dashboards: `Expected AND, OR, … but ")" found.`, the text, a caret.
 */
export { fieldTerms, termText, type DqlNode, type Term } from './ast.ts';
export { DqlFieldError, DqlSyntaxError } from './error.ts';
export { parseDql, type ParseOptions } from './parse.ts';
export { quoteDql } from './quote.ts';
export { asFieldValue, notBoolean } from './script.ts';
export { dqlToDsl, FLAT_FROM, toDsl, type DqlContext } from './to-dsl.ts';
