// BlockDevice: a disk or a partition.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Block;

/// <summary>A block device.</summary>
/// <param name="Name">As in /dev: "vda1"; null when it could not be read.</param>
/// <param name="Number">Major and minor, "254:1"; null when not known.</param>
/// <param name="Sectors">Sectors of 512 bytes, or null.</param>
/// <param name="StartSector">Of a partition: its first sector; 0 for a disk; null when not known.</param>
/// <param name="IsPartition">True for partitions.</param>
/// <param name="Disk">Its gendisk, or null.</param>
/// <param name="Device">Its structure: block_device, or hd_struct of before 5.11.</param>
public sealed record BlockDevice(
    string? Name, string? Number, ulong? Sectors, ulong? StartSector, bool IsPartition, ObjectView? Disk, ObjectView Device)
{
    /// <summary>The disk's queue, or null.</summary>
    public ObjectView? Queue => Disk?.Behind("request_queue", "queue");

    public VirtAddr Address => Device.Address;
}
