import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { explainDownload, type Downloaded } from "./download.ts";
import { fetchChecked, type FetchManner } from "./fetch-checked.ts";
import { ifWhole } from "./if-whole.ts";
import { MNIST_FILES, mnistFiles, type MnistFiles, type MnistName } from "./mnist.ts";

/** A file to get: its MD5 checksum and its bytes. */
type Sum = readonly [md5: string, size: number];

interface MnistSource {
  /** Folder on the web that holds the four files, packed by gzip. */
  readonly url: string;
  /** Sums of the four files, in the order of `MNIST_FILES`. */
  readonly sums: readonly Sum[];
  readonly variable: string;
}

/** Where the data sets are, and what their files must be. */
export const MNIST_SOURCES: Readonly<Record<MnistName, MnistSource>> = {
  mnist: {
    url: "https://ossci-datasets.s3.amazonaws.com/mnist/",
    sums: [
      ["f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422],
      ["d53e105ee54ea40749a09fcbcd1e9432", 28_881],
      ["9fb629c4189551a2d022fa330f9573f3", 1_648_877],
      ["ec29112dd5afa0611ce80d1b7f02629c", 4_542],
    ],
    variable: "MNIST",
  },
  "fashion-mnist": {
    url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    sums: [
      ["8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880],
      ["25c81989df183df01b3e8a0aad5dffbe", 29_515],
      ["bef4ecab320f06d8554ea6380940ec79", 4_422_102],
      ["bb300cfdad3c16e7a12a480ee83cd310", 5_148],
    ],
    variable: "FASHION_MNIST",
  },
};

/** Options of `downloadMnist`. */
interface DownloadMnistOptions extends FetchManner {
  /** Folder that will hold the folder `mnist` or `fashion-mnist`; made where it is missing. */
  readonly dir: string;
  /** Folder on the web. Default: the authors', or a mirror of theirs. */
  readonly url?: string;
  /** Sums of the four files. Default: the authors'. */
  readonly sums?: readonly Sum[];
}

/**
 * Downloads the four files of MNIST or Fashion-MNIST to `<dir>/mnist` or `<dir>/fashion-mnist`, packed as they come: resumes
 * an earlier attempt, and compares each MD5 checksum.
 *
 * @throws {UserError} when the server cannot be reached or refuses, a checksum is wrong, or the disk is full.
 */
export async function downloadMnist(set: MnistName, options: DownloadMnistOptions): Promise<Downloaded<MnistFiles>> {
  const source = MNIST_SOURCES[set];
  const { dir, url = source.url, sums = source.sums, ...manner } = options;
  const target = join(dir, set);
  const there = ifWhole(() => mnistFiles(target, set));
  if (there) return { files: there, fetched: false };
  try {
    await mkdir(target, { recursive: true });
    for (const [i, name] of MNIST_FILES.entries()) {
      const [file, [md5, size]] = [`${name}.gz`, sums[i]!];
      const from = `${url.replace(/\/$/, "")}/${file}`;
      await fetchChecked({ set, url: from, path: join(target, file), md5, size }, manner);
    }
    return { files: mnistFiles(target, set), fetched: true };
  } catch (error) {
    throw explainDownload(error, { set, variable: source.variable, room: 32, dir, file: "" });
  }
}
