/** Files that are on their way, kept in the browser so that they go on after a reload. Where it keeps none, people choose
 * the file again. */
export interface KeptFile {
  id: string;
  userId: number;
  file: File;
  path: string;
  words: File[];
}

const DATABASE = 'antiphon-uploads';
const STORE = 'files';
/** The browser copies what it keeps; the largest files are not worth that. */
const MOST_BYTES = 512 * 1024 * 1024;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within<Result>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

async function hasRoom(bytes: number): Promise<boolean> {
  const told = await navigator.storage?.estimate?.();
  return told?.quota === undefined || (told.usage ?? 0) + 2 * bytes < told.quota;
}

/** Keeps a file; says nothing where the browser cannot. */
export async function keepFile(kept: KeptFile): Promise<void> {
  try {
    if (kept.file.size <= MOST_BYTES && (await hasRoom(kept.file.size))) {
      await within('readwrite', (store) => store.put(kept));
    }
  } catch {
    // Private windows keep nothing: the file is chosen again after a reload.
  }
}

export async function keptFiles(): Promise<KeptFile[]> {
  try {
    return await within('readonly', (store) => store.getAll() as IDBRequest<KeptFile[]>);
  } catch {
    return [];
  }
}

export async function dropKept(id: string): Promise<void> {
  try {
    await within('readwrite', (store) => store.delete(id));
  } catch {
    // It was never kept.
  }
}
