// BlockPage: block devices and I/O in flight.
using System.Globalization;
using VaQuest.Kernel.Block;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest block`: disks, partitions, and requests that were not done.</summary>
internal static class BlockPage
{
    private const string NotInDump = "not in the dump";

    private static readonly Column[] s_diskColumns =
    [
        new("name", "name"), new("number", "number"), new("bytes", "size", IsRight: true), new("readOnly", "read-only"), new("openers", "opens", IsRight: true),
        new("operations", "operations"), new("driver", "queue operations"), new("scheduler", "scheduler"), new("hardwareQueues", "hw queues", IsRight: true),
        new("requests", "requests not done", IsRight: true), new("disk", "struct gendisk"), new("queue", "struct request_queue"),
    ];

    private static readonly Column[] s_partitionColumns =
    [
        new("name", "name"), new("number", "number"), new("startSector", "first sector", IsRight: true), new("bytes", "size", IsRight: true), new("address", "address"),
    ];

    private static readonly Column[] s_requestColumns =
    [
        new("disk", "disk"), new("operation", "operation"), new("state", "state"), new("sector", "sector", IsRight: true), new("bytes", "bytes", IsRight: true),
        new("ageSeconds", "age s", IsRight: true), new("tag", "tag", IsRight: true), new("bios", "bios"), new("endIo", "calls when done"),
        new("waiters", "waited for by"), new("address", "struct request"),
    ];

    public static PageSource Source { get; } = new(
        "block", "Block devices, and I/O in flight: operation, sector, age, bios and who waits for them.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        IReadOnlyList<BlockDevice> devices = new BlockDeviceReader(context.Kernel).Read(out string? missing);
        var reader = new BlockRequestReader(context.Kernel);
        var notes = new List<string>();
        var requests = new List<BlockRequest>();
        var disks = new List<IReadOnlyList<Cell>>();
        foreach (BlockDevice disk in devices.Where(device => !device.IsPartition))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<BlockRequest> found = disk.Queue is { } queue ? reader.Read(queue, disk.Name, notes) : [];
            requests.AddRange(found);
            disks.Add(RowOf(context, disk, found.Count));
        }

        notes.AddRange(requests.Select(request => request.Damage).OfType<string>());
        return new Page("block", "Block devices at the crash", [
            new Table("disks", "Disks", s_diskColumns, disks) { Notes = Cells.Notes(missing) },
            new Table("partitions", "Partitions", s_partitionColumns, [.. devices.Where(device => device.IsPartition).Select(RowOf)]),
            new Table("requests", "Requests that were not done", s_requestColumns, [.. requests.Select(request => RowOf(context, request))]) { Notes = [.. notes.Distinct()] },
        ]);
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, BlockDevice disk, int requests)
    {
        ObjectView? queue = disk.Queue;
        ObjectView? elevator = queue?.Behind("elevator_queue", "elevator");
        return
        [
            Cell.Of(disk.Name, NotInDump), Cell.Of(disk.Number, NotInDump), SizeOf(disk), ReadOnly(disk),
            disk.Device.Tag == "block_device" ? Cells.Int(disk.Device, "bd_openers.counter", "bd_openers") : Cell.Absent("this kernel counts opens elsewhere"),
            Cells.Symbol(context.Kernel, disk.Disk?.Pointer("fops"), "no disk", isFunction: false),
            Cells.Symbol(context.Kernel, queue?.Pointer("mq_ops"), "it takes bios, not requests", isFunction: false),
            Cell.Of(elevator is null ? "none" : elevator.Behind("elevator_type", "type")?.TextBehind(32, "elevator_name"), NotInDump),
            queue is null ? Cell.Absent("no queue") : Cells.UInt(queue, "nr_hw_queues"), Cell.Of((long)requests),
            Cell.Address(disk.Disk?.Address, "none", "struct gendisk"), Cell.Address(queue?.Address, "none", "struct request_queue"),
        ];
    }

    /// <summary>bd_read_only until 6.9; a flag of __bd_flags since (BD_READ_ONLY, bit 8); hd_struct.policy before 5.11.</summary>
    private static Cell ReadOnly(BlockDevice device)
    {
        ulong? value = device.Device.Has("__bd_flags.counter", "__bd_flags")
            ? (device.Device.UInt("__bd_flags.counter", "__bd_flags") >> 8) & 1
            : device.Device.UInt("bd_read_only", "policy");
        return value is { } flag ? Cell.Flag(flag != 0) : Cell.Absent(NotInDump);
    }

    private static IReadOnlyList<Cell> RowOf(BlockDevice part) =>
    [
        Cell.Of(part.Name, NotInDump), Cell.Of(part.Number, NotInDump), Cell.Of(part.StartSector, NotInDump), SizeOf(part),
        Cell.Address(part.Address, "", "struct " + part.Device.Tag),
    ];

    private static IReadOnlyList<Cell> RowOf(PageContext context, BlockRequest request)
    {
        IReadOnlyList<BlockIo> bios = request.Bios;
        return
        [
            Cell.Of(request.Disk, NotInDump), Cell.Of(request.Operation), Cell.Of(request.State), Cells.UInt(request.Object, "__sector"),
            Cells.UInt(request.Object, "__data_len"), Cell.Of(request.AgeSeconds?.ToString("0.000", CultureInfo.InvariantCulture), "the kernel did not note it"),
            Cell.Of(request.Tag), Cell.List([.. bios.Select(bio => Cell.Address(bio.Object.Address, "", "struct bio"))]),
            Cell.List([.. bios.Select(bio => Cells.Symbol(context.Kernel, bio.EndIo, "nothing"))]),
            Cell.List([.. bios.Where(bio => bio.Waiter is not null).Select(bio => Cells.Task(context.Kernel, bio.Waiter, ""))]),
            Cell.Address(request.Object.Address, "", "struct request"),
        ];
    }

    private static Cell SizeOf(BlockDevice device) => Cell.Bytes(unchecked(device.Sectors * 512), NotInDump);
}
