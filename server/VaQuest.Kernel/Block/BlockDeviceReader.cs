// BlockDeviceReader: the disks and partitions of the machine.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Block;

/// <summary>
/// The devices of the class "block" (block/genhd.c). The class leads to its private part by class.p until 6.3; since 6.4 that part is found in the
/// list of all classes (class_kset). Disks and partitions are struct block_device since 5.11, gendisk and hd_struct before.
/// </summary>
public sealed class BlockDeviceReader(LinuxKernel kernel)
{
    /// <summary>Disks and partitions: a large storage server has some ten thousand paths.</summary>
    private const int MaxDevices = 100_000;

    private const int MaxClasses = 4096;

    private readonly KernelObjects _objects = kernel.Objects;

    /// <summary>All block devices; <paramref name="missing"/> says why some or all are not there.</summary>
    public IReadOnlyList<BlockDevice> Read(out string? missing)
    {
        var devices = new List<BlockDevice>();
        if (FindClass() is not { } block || block.At("klist_devices.k_list") is not { } head
            || _objects.Types.FindOffset("klist_node", "n_node") is not { } inNode || _objects.Types.FindOffset("device_private", "knode_class") is not { } node)
        {
            missing = kernel.Symbols.FindAddress("block_class") is null
                ? "block_class is not a symbol of this kernel: it was built without block devices"
                : "the class of block devices (block_class) is not in the dump, or has no form that is known here";
            return devices;
        }

        foreach (VirtAddr at in _objects.ReadList(head, inNode + node, MaxDevices, out missing))
        {
            if (_objects.FindPointer(at, "device_private", "device") is { } device && ReadDevice(new ObjectView(_objects, device, "device")) is { } found)
            {
                devices.Add(found);
            }
        }

        return devices;
    }

    private ObjectView? FindClass()
    {
        if (kernel.Symbols.FindAddress("block_class") is not { } block)
        {
            return null;
        }

        var view = new ObjectView(_objects, block, "class");
        if (view.Has("p"))
        {
            return view.Behind("subsys_private", "p");
        }

        if (kernel.Symbols.FindAddress("class_kset") is not { } symbol || kernel.Reader.FindPointer(symbol) is not { } set
            || _objects.FindAddress(set, "kset", "list") is not { } head || _objects.Types.FindOffset("kobject", "entry") is not { } link
            || _objects.Types.FindOffset("subsys_private", "subsys.kobj") is not { } inPrivate)
        {
            return null;
        }

        foreach (VirtAddr kobject in _objects.ReadList(head, link, MaxClasses, out _))
        {
            var part = new ObjectView(_objects, kobject - inPrivate, "subsys_private");
            if (part.Pointer("class") == block)
            {
                return part;
            }
        }

        return null;
    }

    private BlockDevice? ReadDevice(ObjectView device)
    {
        string? name = device.TextBehind(64, "kobj.name");
        string? number = device.UInt("devt") is { } raw ? FormattableString.Invariant($"{raw >> 20}:{raw & 0xfffff}") : null;
        bool isPartition = device.Pointer("type") is { } type && type == kernel.Symbols.FindAddress("part_type");
        if (_objects.Types.FindOffset("block_device", "bd_device") is { } inBlock)
        {
            ObjectView block = device.Other(device.Address - inBlock, "block_device");
            return new BlockDevice(
                name, number, block.UInt("bd_nr_sectors"), block.UInt("bd_start_sect"), isPartition, block.Behind("gendisk", "bd_disk"), block);
        }

        // Before 5.11 a disk has its first partition inside, which stands for the whole.
        if (_objects.Types.FindOffset("hd_struct", "__dev") is not { } inPart)
        {
            return null;
        }

        ObjectView part = device.Other(device.Address - inPart, "hd_struct");
        ObjectView? disk = !isPartition && _objects.Types.FindOffset("gendisk", "part0") is { } inDisk
            ? device.Other(part.Address - inDisk, "gendisk")
            : ParentDisk(device, inPart);
        return new BlockDevice(name, number, part.UInt("nr_sects"), part.UInt("start_sect"), isPartition, disk, part);
    }

    private ObjectView? ParentDisk(ObjectView device, ulong inPart) =>
        device.Pointer("parent") is { } parent && _objects.Types.FindOffset("gendisk", "part0") is { } inDisk
            ? device.Other(parent - inPart - inDisk, "gendisk")
            : null;
}
