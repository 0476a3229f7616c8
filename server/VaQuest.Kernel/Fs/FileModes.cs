// FileModes: mode words and open flags in words.
namespace VaQuest.Kernel.Fs;

/// <summary>include/uapi/linux/stat.h and include/uapi/asm-generic/fcntl.h (octal there); the flags of x86, which are the generic ones.</summary>
public static class FileModes
{
    private const ulong TypeMask = 0xf000;

    private static readonly (ulong Bit, string Name)[] s_flags =
    [
        (0x40, "O_CREAT"), (0x80, "O_EXCL"), (0x100, "O_NOCTTY"), (0x200, "O_TRUNC"), (0x400, "O_APPEND"), (0x800, "O_NONBLOCK"),
        (0x2000, "O_ASYNC"), (0x4000, "O_DIRECT"), (0x8000, "O_LARGEFILE"), (0x10000, "O_DIRECTORY"), (0x20000, "O_NOFOLLOW"),
        (0x40000, "O_NOATIME"), (0x80000, "O_CLOEXEC"), (0x200000, "O_PATH"), (0x400000, "O_TMPFILE"),
    ];

    /// <summary>"regular file", "directory", …; null for 0, which anonymous files have, and for what no kernel uses.</summary>
    public static string? KindOf(ulong mode) => (mode & TypeMask) switch
    {
        0x8000 => "regular file",
        0x4000 => "directory",
        0x2000 => "character device",
        0x6000 => "block device",
        0x1000 => "pipe",
        0xa000 => "symbolic link",
        0xc000 => "socket",
        _ => null,
    };

    /// <summary>As ls -l writes it: "-rw-r--r--", "drwxrwxrwt".</summary>
    public static string TextOf(ulong mode)
    {
        char kind = (mode & TypeMask) switch { 0x8000 => '-', 0x4000 => 'd', 0x2000 => 'c', 0x6000 => 'b', 0x1000 => 'p', 0xa000 => 'l', 0xc000 => 's', _ => '?' };
        Span<char> text = [kind, '-', '-', '-', '-', '-', '-', '-', '-', '-'];
        for (int i = 0; i < 9; i++)
        {
            if ((mode & (0x100UL >> i)) != 0)
            {
                text[i + 1] = "rwx"[i % 3];
            }
        }

        Special(text, 3, (mode & 0x800) != 0, 's', 'S');
        Special(text, 6, (mode & 0x400) != 0, 's', 'S');
        Special(text, 9, (mode & 0x200) != 0, 't', 'T');
        return new string(text);
    }

    /// <summary>The access mode first, "O_RDWR", then the flags; unknown bits as a number at the end.</summary>
    public static IReadOnlyList<string> FlagsOf(ulong flags)
    {
        var names = new List<string> { (flags & 3) switch { 0 => "O_RDONLY", 1 => "O_WRONLY", 2 => "O_RDWR", _ => "O_ACCMODE" } };
        ulong rest = flags & ~3UL;

        // O_SYNC is O_DSYNC and one bit more.
        const ulong Dsync = 0x1000;
        const ulong Sync = 0x101000;
        if ((rest & Sync) == Sync)
        {
            names.Add("O_SYNC");
            rest &= ~Sync;
        }
        else if ((rest & Dsync) != 0)
        {
            names.Add("O_DSYNC");
            rest &= ~Dsync;
        }

        foreach ((ulong bit, string name) in s_flags)
        {
            if ((rest & bit) != 0)
            {
                names.Add(name);
                rest &= ~bit;
            }
        }

        if (rest != 0)
        {
            names.Add("0x" + rest.ToString("x", System.Globalization.CultureInfo.InvariantCulture));
        }

        return names;
    }

    private static void Special(Span<char> text, int place, bool isSet, char withExecute, char without)
    {
        if (isSet)
        {
            text[place] = text[place] == 'x' ? withExecute : without;
        }
    }
}
