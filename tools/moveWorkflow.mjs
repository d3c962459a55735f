/**
 * `node tools/moveWorkflow.mjs FROM TO < workflow.json > moved.json`: makes a workflow use the nodes of another package, e.g.
 * from n8n-nodes-cloud-pbx to n8n-nodes-voipcloud. Needs nothing but Node.js. Also takes a list of workflows, as n8n exports it.
 */
import { text } from 'node:stream/consumers';

const NAME = /^(@[\w.-]+\/)?n8n-nodes-[\w.-]+$/;

function stop(message) {
	process.stderr.write(`${message}\n`);
	process.exit(1);
}

const [from = '', to = '', ...others] = process.argv.slice(2);
if (!NAME.test(from) || !NAME.test(to) || others.length > 0) {
	stop(
		'Name two packages, such as n8n-nodes-cloud-pbx n8n-nodes-voipcloud.\n→ node tools/moveWorkflow.mjs FROM TO < workflow.json > moved.json',
	);
}

const read = await text(process.stdin);
let exported;
try {
	exported = JSON.parse(read.replace(/^\uFEFF/, ''));
} catch (error) {
	stop(`This is no JSON: ${error.message}\n→ Export the workflow in n8n with "Download", then start again.`);
}
const workflows = Array.isArray(exported) ? exported : [exported];
let moved = 0;
for (const { nodes } of workflows) {
	if (!Array.isArray(nodes))
		stop('This is no workflow: it has no list "nodes".\n→ Export the workflow in n8n with "Download".');
	for (const node of nodes) {
		if (!node.type?.startsWith(`${from}.`)) continue;
		node.type = `${to}.${node.type.slice(from.length + 1)}`;
		moved += 1;
	}
}
if (moved === 0)
	stop(`No node of ${from} is in it.\n→ Look at "type" of its nodes for the package that they come from.`);
process.stdout.write(`${JSON.stringify(exported, null, 2)}\n`);
process.stderr.write(`${moved} node${moved === 1 ? '' : 's'} moved from ${from} to ${to}.\n`);
