import type { INodeProperties } from 'n8n-workflow';

import type { Output, SimpleFields } from '../shared/operations';
import { isOn } from '../shared/parameters';
import type { OperationDefinition } from '../shared/resource';
import { isRecord } from '../shared/values';
import { recordOf } from './api';

const includeLinksOption: INodeProperties = {
	displayName: 'Include Links',
	name: 'includeLinks',
	type: 'boolean',
	default: false,
	description:
		"Whether to add 'links', which VoIPstudio gives beside a single record and describes as links to related resources. Empty where there are none.",
};

const recordWithLinks: Output = function (answer) {
	const record = recordOf(answer);
	if (!isOn(this, 'options.includeLinks', 'Include Links')) return record;
	const { links } = answer.body as { links?: unknown };
	return { ...record, links: isRecord(links) ? links : null };
};

/**
 * What the introduction documents of each single record: the record, and its links. To be spread into a Get.
 *
 * @param simple the fields that 'Simplify' keeps, where there is that switch
 */
export function singleRecord(
	simple?: SimpleFields,
): Pick<OperationDefinition, 'options' | 'simple'> & { readonly output: Output } {
	return {
		output: recordWithLinks,
		options: [includeLinksOption],
		...(simple !== undefined && { simple: [...simple, 'links'] }),
	};
}
