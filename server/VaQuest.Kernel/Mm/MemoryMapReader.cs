// MemoryMapReader: the mappings of a process, and the command line in its memory.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Mm;

/// <summary>
/// Reads mm_struct: a maple tree of areas since 6.1, a list before. Names follow fs/proc/task_mmu.c. Bounded and cycle-checked; never throws
/// on data.
/// </summary>
public sealed class MemoryMapReader(LinuxKernel kernel)
{
    /// <summary>A command line is shown so far; ARG_MAX is far more than anybody reads.</summary>
    private const ulong MaxCommandLine = 16 * 1024;

    private readonly KernelObjects _objects = kernel.Objects;
    private readonly PathReader _paths = new(kernel.Objects);
    private readonly VirtAddr? _specialOperations = kernel.Symbols.FindAddress("special_mapping_vmops");

    /// <summary>The mappings of a task's process.</summary>
    public MemoryMap Read(VirtAddr task)
    {
        MemberValue space = _objects.ReadMember(task, "task_struct", "mm");
        if (space.Pointer is not { } mm)
        {
            return new MemoryMap(null, [], space.Bits == 0 ? "it has no memory of its own: it is a kernel thread, or it ends" : space.Reason);
        }

        WalkResult walk = _objects.FindAddress(mm, "mm_struct", "mm_mt") is { } tree
            ? new IndexWalks(_objects.Reader, _objects.Types).MapleTree(tree)
            : ReadList(mm);
        var paths = new Dictionary<ulong, KernelPath>();
        return new MemoryMap(mm, [.. walk.Items.Select(item => ReadArea(mm, item.Address, paths))], walk.Damage);
    }

    /// <summary>
    /// The command line of a task's process: it is in the process' memory, which dumps seldom hold. Null with the reason when it is not there.
    /// </summary>
    public IReadOnlyList<string>? ReadCommandLine(VirtAddr task, out string reason)
    {
        MemberValue space = _objects.ReadMember(task, "task_struct", "mm");
        MemberValue start = _objects.ReadMember(space, "mm_struct", "arg_start");
        MemberValue end = _objects.ReadMember(space, "mm_struct", "arg_end");
        if (space.Pointer is not { } mm || start.Bits is not { } from || end.Bits is not { } to)
        {
            reason = space.Bits == 0 ? "a kernel thread has none" : space.Pointer is null ? space.Reason : start.Bits is null ? start.Reason : end.Reason;
            return null;
        }

        if (to <= from || kernel.FindUserMemory(mm) is not { } memory)
        {
            reason = to <= from ? "it is empty" : "the page tables of the process cannot be walked";
            return null;
        }

        byte[] bytes = new byte[Math.Min(to - from, MaxCommandLine)];
        ReadOutcome outcome = memory.Read(new VirtAddr(from), bytes);
        reason = outcome.IsOk ? "" : outcome.ToString();
        return outcome.IsOk ? Split(bytes) : null;
    }

    private static string[] Split(byte[] bytes)
    {
        int length = bytes.Length > 0 && bytes[^1] == 0 ? bytes.Length - 1 : bytes.Length;
        return KernelText.Decode(bytes.AsSpan(0, length)).Split('\0');
    }

    private WalkResult ReadList(VirtAddr mm)
    {
        var items = new List<WalkItem>();
        var seen = new HashSet<ulong>();
        MemberValue next = _objects.ReadMember(mm, "mm_struct", "mmap");
        while (next.Pointer is { } area)
        {
            if (!seen.Add(area.Value) || items.Count >= LinkedWalks.MaxItems)
            {
                string why = items.Count >= LinkedWalks.MaxItems ? "it is longer than any process' may be" : "it runs in a circle";
                return new WalkResult(items, FormattableString.Invariant($"the list of areas of the mm_struct at {mm} breaks at {area}: {why}"));
            }

            items.Add(new WalkItem(area));
            next = _objects.ReadMember(area, "vm_area_struct", "vm_next");
        }

        return new WalkResult(items, next.Bits == 0 ? null : FormattableString.Invariant($"the list of areas of the mm_struct at {mm} breaks: {next.Reason}"));
    }

    private MemoryArea ReadArea(VirtAddr mm, VirtAddr area, Dictionary<ulong, KernelPath> paths)
    {
        MemberValue file = _objects.ReadMember(area, "vm_area_struct", "vm_file");
        MemberValue start = _objects.ReadMember(area, "vm_area_struct", "vm_start");
        MemberValue end = _objects.ReadMember(area, "vm_area_struct", "vm_end");
        return new MemoryArea
        {
            Address = area,
            Start = start,
            End = end,
            Flags = _objects.ReadMember(area, "vm_area_struct", "vm_flags", "__vm_flags"),
            PageOffset = _objects.ReadMember(area, "vm_area_struct", "vm_pgoff"),
            File = file,
            Path = file.Pointer is { } known ? PathOf(known, paths) : null,
            Name = file.Bits == 0 ? NameOf(mm, area, start, end) : null,
        };
    }

    private KernelPath PathOf(VirtAddr file, Dictionary<ulong, KernelPath> paths)
    {
        if (!paths.TryGetValue(file.Value, out KernelPath? path))
        {
            path = _objects.FindAddress(file, "file", "f_path") is { } at ? _paths.Read(at) : new KernelPath("…") { Problem = "the layout of struct file is not known" };
            paths.Add(file.Value, path);
        }

        return path;
    }

    private string? NameOf(VirtAddr mm, VirtAddr area, MemberValue start, MemberValue end)
    {
        MemberValue operations = _objects.ReadMember(area, "vm_area_struct", "vm_ops");
        if (operations.Pointer is { } known && known == _specialOperations
            && _objects.FindPointer(area, "vm_area_struct", "vm_private_data") is { } special)
        {
            return _objects.FindName(special, "vm_special_mapping", "name");
        }

        if (start.Bits is not { } from || end.Bits is not { } to)
        {
            return null;
        }

        if (from < _objects.FindUInt(mm, "mm_struct", "brk") && to > _objects.FindUInt(mm, "mm_struct", "start_brk"))
        {
            return "[heap]";
        }

        if (_objects.FindUInt(mm, "mm_struct", "start_stack") is { } stack && from <= stack && to >= stack)
        {
            return "[stack]";
        }

        return _objects.FindPointer(area, "vm_area_struct", "anon_name") is { } name && _objects.Types.FindOffset("anon_vma_name", "name") is { } offset
            && _objects.Reader.ReadCString(name + offset, 80) is { Length: > 0 } text
                ? "[anon:" + KernelText.FromLatin1(text) + "]"
                : null;
    }
}
