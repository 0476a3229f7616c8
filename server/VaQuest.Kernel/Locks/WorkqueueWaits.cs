// WorkqueueWaits: which worker runs the item, or the queue, that a task flushes.
using VaQuest.Binary;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// A flush puts a barrier behind the item (kernel/workqueue.c, insert_wq_barrier) or a color behind the queue (__flush_workqueue), both on the
/// stack of who flushes, and waits for the completion in it.
/// </summary>
public sealed class WorkqueueWaits
{
    /// <summary>Workers, queues and items that are looked at; a machine has some thousands of each.</summary>
    private const int MaxItems = 16384;

    private readonly LockMemory _memory;

    internal WorkqueueWaits(LockMemory memory) => _memory = memory;

    /// <summary>
    /// What the flush behind a completion waits for; null when the completion belongs to none. A flush of an item that is still queued has no
    /// worker yet: then the workers of its pool are listed as busy with other items.
    /// </summary>
    public FlushWait? Find(VirtAddr completion) => FindBarrier(completion) ?? FindFlusher(completion);

    /// <summary>The item that a worker runs: the function and the work_struct; null when it runs none or the task is no worker.</summary>
    public BusyWorker? FindWorker(VirtAddr task)
    {
        // task_struct.worker_private since 5.17; set_child_tid before, for kernel threads.
        VirtAddr? thread = _memory.Objects.FindPointer(task, "task_struct", "worker_private", "set_child_tid");
        if (thread is null || _memory.Objects.FindPointer(thread.Value, "kthread", "data") is not { } worker
            || _memory.Objects.FindPointer(worker, "worker", "task") != task)
        {
            return null;
        }

        return ReadWorker(worker);
    }

    private FlushWait? FindBarrier(VirtAddr completion)
    {
        if (_memory.Objects.Types.FindOffset("wq_barrier", "done") is not { } done || _memory.Objects.Types.FindOffset("wq_barrier", "work.entry") is not { } entry)
        {
            return null;
        }

        VirtAddr barrier = completion - done;
        if (_memory.Objects.FindPointer(barrier, "wq_barrier", "work.func") is not { } function || function != _memory.FindSymbol("wq_barrier_func"))
        {
            return null;
        }

        if (FindPool(barrier) is not { } pool)
        {
            return new FlushWait([], false, "the item's worker pool is not known");
        }

        List<BusyWorker> busy = ReadPool(pool);
        foreach (BusyWorker worker in busy)
        {
            if (_memory.Objects.FindAddress(worker.Worker, "worker", "scheduled") is { } scheduled
                && _memory.Objects.ReadList(scheduled, entry, MaxItems, out _).Contains(barrier))
            {
                return new FlushWait([worker], true, "the barrier of the flush is behind that worker's item");
            }
        }

        return new FlushWait(busy, false, "the item is queued and no worker has begun it");
    }

    // work.data holds the pool_workqueue above its flag bits while the item is queued.
    private VirtAddr? FindPool(VirtAddr work)
    {
        if (_memory.Objects.FindUInt(work, "work_struct", "data.counter", "data") is not { } data)
        {
            return null;
        }

        long? shift = _memory.Objects.Types.Catalog?.FindEnumerator("WORK_STRUCT_PWQ_SHIFT") ?? _memory.Objects.Types.Catalog?.FindEnumerator("WORK_STRUCT_FLAG_BITS");
        const int DefaultBits = 8;
        int bits = shift is > 0 and < 16 ? (int)shift : DefaultBits;
        return _memory.Objects.FindPointer(new VirtAddr(data >> bits << bits), "pool_workqueue", "pool");
    }

    private FlushWait? FindFlusher(VirtAddr completion)
    {
        if (_memory.Objects.Types.FindOffset("wq_flusher", "done") is not { } done || _memory.FindSymbol("workqueues") is not { } queues
            || _memory.Objects.Types.FindOffset("workqueue_struct", "list") is not { } link)
        {
            return null;
        }

        VirtAddr flusher = completion - done;
        foreach (VirtAddr queue in _memory.Objects.ReadList(queues, link, MaxItems, out _))
        {
            if (_memory.Objects.FindPointer(queue, "workqueue_struct", "first_flusher") == flusher || IsQueued(queue, flusher))
            {
                string name = _memory.Objects.FindText(queue, "workqueue_struct", "name") ?? "";
                List<BusyWorker> busy = WorkersOf(queue);
                return new FlushWait(busy, true, busy.Count == 0 ? "no worker runs an item of it now" : "they run items of that workqueue") { Queue = name };
            }
        }

        return null;
    }

    private bool IsQueued(VirtAddr queue, VirtAddr flusher)
    {
        foreach (string list in new[] { "flusher_queue", "flusher_overflow" })
        {
            if (_memory.Objects.FindAddress(queue, "workqueue_struct", list) is { } head && _memory.Objects.Types.FindOffset("wq_flusher", "list") is { } link
                && _memory.Objects.ReadList(head, link, MaxItems, out _).Contains(flusher))
            {
                return true;
            }
        }

        return false;
    }

    private List<BusyWorker> WorkersOf(VirtAddr queue)
    {
        var busy = new List<BusyWorker>();
        if (_memory.Objects.FindAddress(queue, "workqueue_struct", "pwqs") is not { } head || _memory.Objects.Types.FindOffset("pool_workqueue", "pwqs_node") is not { } link)
        {
            return busy;
        }

        foreach (VirtAddr part in _memory.Objects.ReadList(head, link, MaxItems, out _))
        {
            if (_memory.Objects.FindPointer(part, "pool_workqueue", "pool") is { } pool)
            {
                busy.AddRange(ReadPool(pool).Where(worker => worker.Queue == part));
            }
        }

        return busy;
    }

    private List<BusyWorker> ReadPool(VirtAddr pool)
    {
        const int buckets = 64; // BUSY_WORKER_HASH_ORDER is 6.
        var busy = new List<BusyWorker>();
        if (_memory.Objects.FindAddress(pool, "worker_pool", "busy_hash") is not { } table || _memory.Objects.Types.FindOffset("worker", "hentry") is not { } link)
        {
            return busy;
        }

        var walks = new LinkedWalks(_memory.Objects.Reader, _memory.Objects.Types);
        for (ulong i = 0; i < buckets && busy.Count < MaxItems; i++)
        {
            foreach (WalkItem item in walks.HashList(table + (i * (ulong)_memory.Objects.Reader.WordSize)).Items)
            {
                if (ReadWorker(item.Address - link) is { } worker)
                {
                    busy.Add(worker);
                }
            }
        }

        return busy;
    }

    private BusyWorker? ReadWorker(VirtAddr worker)
    {
        if (_memory.Objects.FindPointer(worker, "worker", "task") is not { } task || _memory.Objects.FindPointer(worker, "worker", "current_work") is not { } work)
        {
            return null;
        }

        return new BusyWorker(worker, task, work, _memory.Objects.FindPointer(worker, "worker", "current_func"), _memory.Objects.FindPointer(worker, "worker", "current_pwq"));
    }
}
