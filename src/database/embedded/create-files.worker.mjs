// A process of its own, which ends: creating a database takes 500 MB that PGlite does not give back.
import { PGlite } from '@electric-sql/pglite';

const [folder] = process.argv.slice(2);
const db = await PGlite.create(folder);
await db.close();
