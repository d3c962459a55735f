import type { INodeProperties, INodeType } from 'n8n-workflow';

import { programmatic } from '../../shared/programmatic';
import { maxWaitProperty, returnAllAndLimit, simplifyProperty } from '../../shared/properties';
import { voipStudio } from '../api';
import { CDR_EXAMPLE, CDR_FIELDS, SIMPLE_CDR_FIELDS } from '../cdrFields';
import { filtersProperty, getManyOf, routeOf, sortOptions, type List } from '../list';

/** "Collection of Cdr resources assigned to CallMeBack": read as call detail records are. */
const CALL_ME_BACK_CDRS: List = { path: '/callmeback/cdrs', isSorted: true, simpleFields: SIMPLE_CDR_FIELDS };

const resource = ['callMeBackCdr'];
const show = { resource, operation: ['getAll'] };

/** Call detail records of Call Me Back: GET /callmeback/cdrs. */
export const callMeBackCdr: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many call me back call records',
				description: 'Get many call detail records of Call Me Back widgets',
				routing: getManyOf(CALL_ME_BACK_CDRS),
			},
		],
		default: 'getAll',
	},
	...returnAllAndLimit(show),
	simplifyProperty(show),
	filtersProperty(show, CDR_FIELDS, 'calldate', CDR_EXAMPLE),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Group By',
				name: 'groupBy',
				type: 'options',
				options: CDR_FIELDS,
				default: 'src',
				description:
					'The property to group records by. What VoIPstudio gives for a group is not documented, so it is returned as it comes.',
			},
			maxWaitProperty,
			...sortOptions(CDR_FIELDS),
		],
	},
];

export const callMeBackCdrOperations: NonNullable<INodeType['customOperations']>[string] = {
	getAll: programmatic(voipStudio, routeOf(CALL_ME_BACK_CDRS)),
};
