/** Runs `task` between BEGIN and COMMIT of `run`'s connection: all of it is done, or nothing. */
export async function transaction<T>(run: (sql: string) => Promise<unknown>, task: () => Promise<T>): Promise<T> {
  await run("BEGIN");
  try {
    const result = await task();
    await run("COMMIT");
    return result;
  } catch (error) {
    await run("ROLLBACK");
    throw error;
  }
}
