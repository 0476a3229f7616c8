// IoWaits: which request to a disk a task waits for.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Block;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>
/// Whoever waits for a page, a buffer or a completion of I/O waits for the request that has it: its bios carry the page (bio_vec), the buffer head or
/// the completion (bi_private), or lie on the task's stack. Requests are read once, when a task waits for I/O at all. Safe for concurrent use.
/// </summary>
internal sealed class IoWaits
{
    /// <summary>Requests of all disks: a thousand disks with a full queue of a hundred each is beyond what helps anybody.</summary>
    private const int MaxRequests = 16_384;

    /// <summary>BIO_MAX_VECS is 256.</summary>
    private const ulong MaxVectors = 1024;

    private readonly LinuxKernel _kernel;
    private readonly Lazy<Index> _index;

    public IoWaits(LinuxKernel kernel)
    {
        _kernel = kernel;
        _index = new Lazy<Index>(Read);
    }

    /// <summary>The request that a wait is for, or null when none of the disks has one.</summary>
    public IoWait? Find(TaskWait wait)
    {
        Index index = _index.Value;
        if (wait is { Class: WaitClass.Page, LockAddress: { } page } && index.ByPage.TryGetValue(page.Value, out Entry? carries))
        {
            return Make(carries, "the page is in its list of pages");
        }

        // The word with the bit is the first member of a buffer head; a completion is what bi_private or end_io_data point to.
        if (wait is { Class: WaitClass.Bit or WaitClass.Completion, LockAddress: { } address } && index.ByArgument.TryGetValue(address.Value, out Entry? argument))
        {
            return Make(argument, wait.Class == WaitClass.Bit ? "its bio belongs to that buffer" : "it makes that completion when it is done");
        }

        return wait.IsIo && index.ByTask.TryGetValue(wait.Task.Address.Value, out Entry? own) ? Make(own, "what it calls when it is done gets that task, or something on its stack") : null;
    }

    private static IoWait Make(Entry entry, string how)
    {
        ObjectView request = entry.Request.Object;
        ulong? sector = request.UInt("__sector");
        ulong bytes = request.UInt("__data_len") ?? 0;
        string place = sector is { } at and not ulong.MaxValue ? FormattableString.Invariant($"sector {at}") + (bytes > 0 ? ", " + Words.Bytes(bytes) : "") : "";
        string age = entry.Request.AgeSeconds is { } seconds and >= 0 ? " for " + Words.Duration(seconds) : "";
        string driver = entry.Driver is { } name ? $"its driver ({name})" : "its driver";
        string state = entry.Request.State switch
        {
            "in flight" => age.Length > 0 ? $"which {driver} has had{age}" : $"which {driver} has",
            "complete" => "which is done but not yet taken notice of",
            _ => $"which waits in the disk's queue{age}",
        };
        return new IoWait(
            request.Address, entry.Request.Disk is { } disk ? DumpText.Escape(disk) : "an unknown disk", DumpText.Escape(entry.Request.Operation), place, state, how);
    }

    private Index Read()
    {
        var index = new Index();
        var reader = new BlockRequestReader(_kernel);
        var notes = new List<string>();
        int left = MaxRequests;
        foreach (BlockDevice disk in new BlockDeviceReader(_kernel).Read(out _).Where(device => !device.IsPartition))
        {
            if (disk.Queue is not { } queue || left <= 0)
            {
                continue;
            }

            string? driver = DriverOf(queue);
            foreach (BlockRequest request in reader.Read(queue, disk.Name, notes).Take(left))
            {
                left--;
                Add(index, new Entry(request, driver));
            }
        }

        return index;
    }

    private string? DriverOf(ObjectView queue)
    {
        if (queue.Behind("blk_mq_ops", "mq_ops")?.Pointer("queue_rq") is not { } function || _kernel.Symbols.FindAt(function) is not { Offset: 0 } hit)
        {
            return null;
        }

        string module = hit.Symbol.Module is { } name ? $" [{DumpText.Escape(name)}]" : "";
        return DumpText.Escape(hit.Symbol.Name) + module;
    }

    private void Add(Index index, Entry entry)
    {
        if (entry.Request.Object.Pointer("end_io_data") is { } data)
        {
            index.ByArgument.TryAdd(data.Value, entry);
        }

        foreach (BlockIo io in entry.Request.Bios)
        {
            if (io.Private is { } argument)
            {
                index.ByArgument.TryAdd(argument.Value, entry);
            }

            if (io.Waiter is { } waiter)
            {
                index.ByTask.TryAdd(waiter.Value, entry);
            }

            AddPages(index, entry, io.Object);
        }
    }

    // Tasks wait for the first page of a folio, bios may carry any of its pages.
    private void AddPages(Index index, Entry entry, ObjectView bio)
    {
        ulong size = (ulong)(_kernel.Types.FindSize("bio_vec") ?? 0);
        ulong count = Math.Min(bio.UInt("bi_vcnt") ?? 0, MaxVectors);
        for (ulong i = 0; i < count && size > 0 && bio.Pointer("bi_io_vec") is { } first; i++)
        {
            if (bio.Other(first + (i * size), "bio_vec").Pointer("bv_page") is { } page)
            {
                index.ByPage.TryAdd(page.Value, entry);
                if (_kernel.Objects.FindUInt(page, "page", "compound_head") is { } head && (head & 1) != 0)
                {
                    index.ByPage.TryAdd(head - 1, entry);
                }
            }
        }
    }

    private sealed record Entry(BlockRequest Request, string? Driver);

    private sealed class Index
    {
        public Dictionary<ulong, Entry> ByPage { get; } = [];

        public Dictionary<ulong, Entry> ByArgument { get; } = [];

        public Dictionary<ulong, Entry> ByTask { get; } = [];
    }
}
