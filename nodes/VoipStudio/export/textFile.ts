import type { IExecuteFunctions } from 'n8n-workflow';

type Binary = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];
type Listener = (...values: unknown[]) => void;

/** A chunk of a text, or its bytes in UTF-8. */
export type Piece = string | Uint8Array;

/**
 * Text that is written to a binary file chunk by chunk, so that a file of any length needs only the memory of one chunk.
 *
 * n8n takes a stream. Node's own is not available here (community packages may not import it), so this is the part of it
 * that n8n uses: the asynchronous iteration with which n8n writes to disk, and the events with which it collects the
 * bytes if it keeps files in memory, a database or an object store.
 */
class TextStream implements AsyncIterable<Uint8Array> {
	private readonly listeners = new Map<string, Set<Listener>>();

	private isFlowing = false;

	private isDestroyed = false;

	constructor(private readonly pieces: AsyncIterable<Piece>) {}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
		for await (const piece of this.pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
	}

	on(event: string, listener: Listener): this {
		this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
		if (event === 'data' && !this.isFlowing) {
			this.isFlowing = true;
			void Promise.resolve().then(async () => await this.flow());
		}
		return this;
	}

	once(event: string, listener: Listener): this {
		const onlyOnce: Listener = (...values) => {
			this.off(event, onlyOnce);
			listener(...values);
		};
		return this.on(event, onlyOnce);
	}

	off(event: string, listener: Listener): this {
		this.listeners.get(event)?.delete(listener);
		return this;
	}

	destroy(): this {
		this.isDestroyed = true;
		return this;
	}

	private async flow(): Promise<void> {
		try {
			for await (const bytes of this) {
				if (this.isDestroyed) return;
				this.emit('data', bytes);
			}
			this.emit('end');
		} catch (error) {
			this.emit('error', error);
		}
	}

	private emit(event: string, ...values: unknown[]): void {
		for (const listener of [...(this.listeners.get(event) ?? [])]) listener(...values);
	}
}

/** What `prepareBinaryData` takes, made of chunks of text. */
export function textFile(pieces: AsyncIterable<Piece>): Binary {
	return new TextStream(pieces) as unknown as Binary;
}
