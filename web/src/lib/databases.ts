const deleteMs = 3000;

/** Deletes a database; one that somebody holds open for long goes when they let go. */
function deleteDatabase(factory: IDBFactory, name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = factory.deleteDatabase(name);
    const timer = setTimeout(resolve, deleteMs);
    request.onsuccess = request.onerror = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Deletes what this origin keeps in databases whose names begin so. */
export async function deleteDatabases(
  prefix: string,
  factory: IDBFactory | undefined = globalThis.indexedDB,
): Promise<void> {
  const all = (await factory?.databases().catch(() => [])) ?? [];
  const names = all.map(({ name }) => name ?? '').filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => deleteDatabase(factory as IDBFactory, name)));
}
