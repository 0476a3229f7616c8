// UserAreas: the mapping of a process that holds a user address.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Memory.Users;

/// <summary>
/// mm_struct keeps its areas in a maple tree (mm_mt, since 6.1), before in a list (mmap) and a tree (mm_rb). Read once for each mm that is asked
/// about. Safe for concurrent callers; never throws on data.
/// </summary>
public sealed class UserAreas
{
    /// <summary>Slots for processes whose areas were read, a power of two.</summary>
    private const int Slots = 64;

    private const int MaxAreas = 100_000;

    private readonly LinuxKernel _kernel;
    private readonly AreaList?[] _known = new AreaList?[Slots];

    internal UserAreas(LinuxKernel kernel) => _kernel = kernel;

    private KernelObjects Objects => _kernel.Objects;

    /// <summary>The area; null with the reason when the task maps nothing there, or what it maps cannot be read.</summary>
    public UserArea? Find(KernelTask task, VirtAddr address, out string? reason)
    {
        if (Objects.FindPointer(task.Address, "task_struct", "mm") is not { } mm)
        {
            reason = task.IsKernelThread ? "a kernel thread, which has no user memory" : "its memory map is gone or not in the dump";
            return null;
        }

        ref AreaList? slot = ref _known[(int)((mm.Value >> 8) & (Slots - 1))];
        AreaList? list = Volatile.Read(ref slot);
        if (list is null || list.Space != mm)
        {
            list = Read(mm);
            Volatile.Write(ref slot, list);
        }

        foreach (UserArea area in list.Areas)
        {
            if (address >= area.Start && address < area.End)
            {
                reason = null;
                return area;
            }
        }

        reason = list.Damage ?? "the process maps nothing there";
        return null;
    }

    private AreaList Read(VirtAddr mm)
    {
        IEnumerable<VirtAddr> addresses = FindAreas(mm, out string? damage);
        ulong pageShift = (ulong)_kernel.PageMap.PageShift;
        ulong? brkStart = Objects.FindUInt(mm, "mm_struct", "start_brk");
        ulong? brk = Objects.FindUInt(mm, "mm_struct", "brk");
        ulong? stack = Objects.FindUInt(mm, "mm_struct", "start_stack");
        var areas = new List<UserArea>();
        foreach (VirtAddr address in addresses.Take(MaxAreas))
        {
            if (Objects.FindUInt(address, "vm_area_struct", "vm_start") is not { } start || Objects.FindUInt(address, "vm_area_struct", "vm_end") is not { } end)
            {
                damage ??= FormattableString.Invariant($"the vm_area_struct at {address} is not in the dump");
                continue;
            }

            ulong offset = Objects.FindUInt(address, "vm_area_struct", "vm_pgoff") ?? 0;
            VirtAddr? file = Objects.FindPointer(address, "vm_area_struct", "vm_file");
            string? role = file is not null ? null : start <= stack && stack < end ? "stack" : start <= brk && end >= brkStart && brk > brkStart ? "heap" : null;
            areas.Add(new UserArea(
                address, new VirtAddr(start), new VirtAddr(end), Objects.FindUInt(address, "vm_area_struct", "vm_flags"), file,
                file is null ? 0 : offset << (int)pageShift, role));
        }

        return new AreaList(mm, areas, damage);
    }

    private IEnumerable<VirtAddr> FindAreas(VirtAddr mm, out string? damage)
    {
        if (Objects.FindAddress(mm, "mm_struct", "mm_mt") is { } tree)
        {
            WalkResult walk = new IndexWalks(_kernel.Reader, _kernel.Types).MapleTree(tree);
            damage = walk.Damage;
            return walk.Items.Select(item => item.Address);
        }

        if (Objects.FindAddress(mm, "mm_struct", "mm_rb") is { } root && Objects.Types.FindOffset("vm_area_struct", "vm_rb") is { } link)
        {
            WalkResult walk = new LinkedWalks(_kernel.Reader, _kernel.Types).RedBlackTree(root);
            damage = walk.Damage;
            return walk.Items.Select(item => item.Address - link);
        }

        damage = "how this kernel keeps the memory areas of a process is not known";
        return [];
    }

    private sealed record AreaList(VirtAddr Space, IReadOnlyList<UserArea> Areas, string? Damage);
}
