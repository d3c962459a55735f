/**
 * Writes the numbering plans by which a national number becomes an international one, from the metadata of libphonenumber-js.
 * `npm run number-plans`, after an update of that library; a test fails if the file is out of date.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { numberPlansFile } from './numberPlansFile';

writeFileSync(join(__dirname, '..', 'nodes', 'shared', 'phone', 'numberPlans.ts'), numberPlansFile());
