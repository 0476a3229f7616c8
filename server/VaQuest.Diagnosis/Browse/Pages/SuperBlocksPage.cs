// SuperBlocksPage: the file systems in use.
using VaQuest.Kernel.Fs;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest superblocks DUMP`: every super block, mounted or internal.</summary>
internal static class SuperBlocksPage
{
    public static PageSource Source { get; } =
        new("superblocks", "Print the file systems in use, those that only the kernel mounts among them.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new SuperBlockReader(context.Kernel.Objects, context.Kernel.Symbols.FindAddress);
        IReadOnlyList<KernelSuperBlock> blocks = reader.Read(out string? problem);
        var rows = new List<IReadOnlyList<Cell>>(blocks.Count);
        var notes = new List<string>();
        foreach (KernelSuperBlock block in blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            int inodes = reader.ReadInodes(block.Address, out string? damage).Count;
            if (damage is not null)
            {
                notes.Add($"the inodes of {block.Type ?? "?"} {block.Name ?? "?"} are not all known: {damage}");
            }

            rows.Add(
            [
                MemberCells.Pointer(block.Address, "", "struct super_block"),
                Cell.Of(block.Type, "its type cannot be read"),
                Cell.Of(block.Name, "its name cannot be read"),
                MemberCells.Device(block.DeviceNumber),
                block.Flags.Bits is { } flags ? Cell.List(MountOptions.NamesOf(0, flags)) : Cell.Absent(block.Flags.Reason),
                MemberCells.Bytes(block.BlockSize),
                MemberCells.Hex(block.Magic),
                MemberCells.Signed(block.Active),
                damage is null ? Cell.Of((long)inodes) : Cell.Absent("the list of its inodes is damaged"),
                MemberCells.Pointer(block.Root, "struct dentry", "dentry"),
            ]);
        }

        string[] first = problem is null ? [] : [problem];
        return new Page("superblocks", "File systems in use",
        [
            new Table(
                "superBlocks",
                "File systems in use",
                [
                    new("superBlock", "SUPER BLOCK"), new("type", "TYPE"), new("name", "NAME"), new("device", "DEV"), new("options", "OPTIONS"),
                    new("blockBytes", "BLOCK", true), new("magic", "MAGIC", true), new("active", "HELD", true), new("inodes", "INODES", true), new("root", "ROOT"),
                ],
                rows) { Notes = [.. first, .. notes] },
        ]);
    }
}
