// BlockRequestReader: the requests of a disk that were not done.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Time;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Block;

/// <summary>
/// block/blk-mq-tag.c: each hardware queue has preallocated requests, and bitmaps that tell which are in use; with a scheduler a second set.
/// Bounded; never throws on data.
/// </summary>
public sealed class BlockRequestReader
{
    /// <summary>Hardware queues of one disk: one for each CPU at most.</summary>
    private const ulong MaxQueues = 8192;

    /// <summary>BLK_MQ_MAX_DEPTH is 10240.</summary>
    private const ulong MaxTags = 65_536;

    /// <summary>Bios that were merged into one request.</summary>
    private const int MaxBios = 4096;

    /// <summary>REQ_OP_* of include/linux/blk_types.h.</summary>
    private static readonly Dictionary<ulong, string> s_operations = new()
    {
        [0] = "read", [1] = "write", [2] = "flush", [3] = "discard", [5] = "secure erase", [9] = "write zeroes", [10] = "zone open", [11] = "zone close",
        [34] = "driver in", [35] = "driver out",
    };

    private readonly LinuxKernel _kernel;
    private readonly KernelObjects _objects;
    private readonly long? _now;
    private readonly ulong _stackBytes;

    public BlockRequestReader(LinuxKernel kernel)
    {
        _kernel = kernel;
        _objects = kernel.Objects;
        _now = KernelClock.Read(kernel).MonotonicNanoseconds;
        _stackBytes = (ulong)Math.Max(1, kernel.Types.FindSize("thread_union") ?? 16384);
    }

    /// <summary>Requests in use of a queue; empty also for queues of drivers that take bios (md, dm, loop of old).</summary>
    public IReadOnlyList<BlockRequest> Read(ObjectView queue, string? disk, List<string> notes)
    {
        var requests = new List<BlockRequest>();
        var seen = new HashSet<ulong>();
        foreach (VirtAddr hardware in FindHardwareQueues(queue, notes))
        {
            var context = new ObjectView(_objects, hardware, "blk_mq_hw_ctx");
            foreach (string member in new[] { "tags", "sched_tags" })
            {
                if (context.Behind("blk_mq_tags", member) is { } tags)
                {
                    ReadTags(requests, tags, queue, disk, seen, notes);
                }
            }
        }

        return requests;
    }

    private List<VirtAddr> FindHardwareQueues(ObjectView queue, List<string> notes)
    {
        if (queue.At("hctx_table") is { } table)
        {
            WalkResult found = new IndexWalks(_kernel.Reader, _kernel.Types).Array(table);
            if (found.Damage is { } damage)
            {
                notes.Add(damage);
            }

            return [.. found.Items.Select(item => item.Address)];
        }

        var queues = new List<VirtAddr>();
        ulong count = Math.Min(queue.UInt("nr_hw_queues") ?? 0, MaxQueues);
        for (ulong i = 0; i < count && queue.Pointer("queue_hw_ctx") is { } array; i++)
        {
            if (_objects.Reader.FindPointer(array + (i * (ulong)_objects.Reader.WordSize)) is { } at)
            {
                queues.Add(at);
            }
        }

        return queues;
    }

    private void ReadTags(List<BlockRequest> requests, ObjectView tags, ObjectView queue, string? disk, HashSet<ulong> seen, List<string> notes)
    {
        if (tags.UInt("nr_tags") is not (<= MaxTags and { } count) || tags.Pointer("static_rqs") is not { } array)
        {
            notes.Add(FormattableString.Invariant($"the tags at {tags.Address} cannot be read"));
            return;
        }

        ulong reserved = tags.UInt("nr_reserved_tags") ?? 0;
        ObjectView? normal = Bitmap(tags, "bitmap_tags");
        ObjectView? special = Bitmap(tags, "breserved_tags");
        for (ulong i = 0; i < count; i++)
        {
            if (_objects.Reader.FindPointer(array + (i * (ulong)_objects.Reader.WordSize)) is not { } at)
            {
                continue;
            }

            var request = new ObjectView(_objects, at, "request");
            bool isSet = i < reserved ? IsSet(special, i) : IsSet(normal, i - reserved);
            bool isUsed = isSet || request.UInt("state") is > 0;

            // Disks that share a set of tags share the requests: each tells whose it is.
            if (isUsed && request.Pointer("q") == queue.Address && seen.Add(at.Value))
            {
                requests.Add(ReadRequest(request, disk, (long)i));
            }
        }
    }

    /// <summary>A member until 5.9 and since 5.17 or so, a pointer between.</summary>
    private ObjectView? Bitmap(ObjectView tags, string member)
    {
        bool isPointer = _kernel.Types.Catalog?.FindStruct("blk_mq_tags")?.FindField(member)?.Type.Unqualified is PointerType;
        return (isPointer ? tags.Behind("sbitmap_queue", member) : tags.Member("sbitmap_queue", member))?.Member("sbitmap", "sb");
    }

    /// <summary>A bit is in use when it is set and not among those that wait to be cleared.</summary>
    private bool IsSet(ObjectView? bitmap, ulong bit)
    {
        if (bitmap?.Pointer("map") is not { } map || bitmap.UInt("shift") is not (< 7 and { } shift) || _objects.Types.FindSize("sbitmap_word") is not { } size)
        {
            return false;
        }

        var word = new ObjectView(_objects, map + ((bit >> (int)shift) * (ulong)size), "sbitmap_word");
        return word.UInt("word") is { } set && ((set & ~(word.UInt("cleared") ?? 0)) >> (int)(bit & ((1UL << (int)shift) - 1)) & 1) != 0;
    }

    private BlockRequest ReadRequest(ObjectView request, string? disk, long tag)
    {
        ulong operation = (request.UInt("cmd_flags") ?? 0) & 0xff;
        ulong? started = request.UInt("start_time_ns");
        string state = request.UInt("state") switch { 1 => "in flight", 2 => "complete", _ => "waits" };
        List<BlockIo> bios = ReadBios(request, out string? damage);
        return new BlockRequest(
            request, disk, s_operations.GetValueOrDefault(operation) ?? operation.ToString(CultureInfo.InvariantCulture), state, tag,
            started > 0 && _now is { } now ? unchecked(now - (long)started.Value) / 1e9 : null, bios, damage);
    }

    private List<BlockIo> ReadBios(ObjectView request, out string? damage)
    {
        damage = null;
        var bios = new List<BlockIo>();
        var seen = new HashSet<ulong>();
        for (ObjectView? bio = request.Behind("bio", "bio"); bio is not null; bio = bio.Behind("bio", "bi_next"))
        {
            if (!seen.Add(bio.Address.Value) || bios.Count >= MaxBios)
            {
                damage = FormattableString.Invariant($"the bios of the request at {request.Address} run in a circle at {bio.Address}");
                break;
            }

            VirtAddr? argument = bio.Pointer("bi_private");
            bios.Add(new BlockIo(bio, bio.Pointer("bi_end_io"), argument, argument is { } at ? FindWaiter(at) : null));
        }

        return bios;
    }

    /// <summary>A task itself, or the one on whose stack the argument lies, as in submit_bio_wait().</summary>
    private VirtAddr? FindWaiter(VirtAddr argument) =>
        _kernel.Tasks.FindByAddress(argument)?.Address ?? _kernel.Tasks.FindByStack(argument, _stackBytes)?.Address;
}
