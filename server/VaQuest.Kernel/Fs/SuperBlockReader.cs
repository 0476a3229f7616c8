// SuperBlockReader: all file systems in use, their inodes, and the types that are known.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Fs;

/// <summary>Walks super_blocks, super_block.s_inodes and file_systems (fs/super.c, fs/filesystems.c). Bounded; never throws on data.</summary>
/// <param name="objects">The kernel's objects.</param>
/// <param name="symbol">Run-time address of a symbol, or null.</param>
public sealed class SuperBlockReader(KernelObjects objects, Func<string, VirtAddr?> symbol)
{
    /// <summary>Inodes of one file system: each is read, so more than this takes longer than anybody waits.</summary>
    public const int MaxInodes = 2_000_000;

    /// <summary>Types of file systems; a kernel with everything built in has some seventy.</summary>
    private const int MaxTypes = 1000;

    private readonly LinkedWalks _walks = new(objects.Reader, objects.Types);

    /// <summary>All super blocks, in the kernel's order.</summary>
    public IReadOnlyList<KernelSuperBlock> Read(out string? problem)
    {
        if (symbol("super_blocks") is not { } head || objects.Types.FindOffset("super_block", "s_list") is not { } link)
        {
            problem = "super_blocks is no known symbol, or the layout of struct super_block is not known";
            return [];
        }

        WalkResult walk = _walks.List(head);
        problem = walk.Damage;
        return [.. walk.Items.Select(item => ReadBlock(item.Address - link))];
    }

    public KernelSuperBlock ReadBlock(VirtAddr block) => new()
    {
        Address = block,
        Type = objects.FindPointer(block, "super_block", "s_type") is { } type ? objects.FindName(type, "file_system_type", "name") : null,
        Name = objects.FindText(block, "super_block", "s_id") is { } name ? KernelText.FromLatin1(name) : null,
        DeviceNumber = objects.ReadMember(block, "super_block", "s_dev"),
        Flags = objects.ReadMember(block, "super_block", "s_flags"),
        BlockSize = objects.ReadMember(block, "super_block", "s_blocksize"),
        Magic = objects.ReadMember(block, "super_block", "s_magic"),
        Active = objects.ReadMember(block, "super_block", "s_active.counter"),
        Root = objects.ReadMember(block, "super_block", "s_root"),
    };

    /// <summary>The inodes of a super block.</summary>
    public IReadOnlyList<VirtAddr> ReadInodes(VirtAddr block, out string? problem)
    {
        if (objects.FindAddress(block, "super_block", "s_inodes") is not { } head || objects.Types.FindOffset("inode", "i_sb_list") is not { } link)
        {
            problem = "this kernel does not list the inodes of a file system";
            return [];
        }

        VirtAddr[] inodes = objects.ReadList(head, link, MaxInodes, out problem);
        return inodes;
    }

    /// <summary>The types of file systems that the kernel can mount, with the address of each file_system_type.</summary>
    public IReadOnlyList<(VirtAddr Address, string Name, MemberValue Flags)> ReadTypes(out string? problem)
    {
        var types = new List<(VirtAddr, string, MemberValue)>();
        problem = null;
        if (symbol("file_systems") is not { } head)
        {
            problem = "file_systems is no known symbol";
            return types;
        }

        // A singly linked list until 7.1, a list of hlist_nodes since.
        ulong? node = objects.Types.FindMember("file_system_type", "next") is null ? objects.Types.FindOffset("file_system_type", "list") : null;
        string link = node is null ? "next" : "list.next";
        var seen = new HashSet<ulong>();
        VirtAddr? at = objects.Reader.FindPointer(head);
        while (at is { } linked)
        {
            VirtAddr type = linked - (node ?? 0);
            if (!seen.Add(type.Value) || types.Count >= MaxTypes)
            {
                problem = FormattableString.Invariant($"the list of file_systems runs in a circle at {type}");
                break;
            }

            types.Add((type, objects.FindName(type, "file_system_type", "name") ?? "?", objects.ReadMember(type, "file_system_type", "fs_flags")));
            MemberValue next = objects.ReadMember(type, "file_system_type", link);
            problem = next.Bits is null ? FormattableString.Invariant($"the list of file_systems breaks at {type}: {next.Reason}") : null;
            at = next.Pointer;
        }

        return types;
    }
}
