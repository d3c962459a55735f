/**
 * n8n asks for `sqlite3`, whose binary is fetched by an install script or compiled where that fails. This is a maintained
 * rewrite of the same interface that brings its binaries for all systems; it is an ES module, and n8n requires a CommonJS
 * one.
 */
module.exports = require('@appthreat/sqlite3').default;
