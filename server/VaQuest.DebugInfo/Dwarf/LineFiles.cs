// LineFiles: the directories and files of a line program.
using System.Text;
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Names stay where they are in their sections until one is asked for. Safe for concurrent callers.</summary>
internal sealed class LineFiles
{
    // The largest unit of a kernel names about a thousand files.
    private const int MaxEntries = 1 << 20;

    private readonly DwarfSections _sections;
    private readonly string _compilationDirectory;
    private readonly bool _countsFromZero;
    private readonly Growable<NameReference> _directories = new(64);
    private readonly Growable<FileEntry> _files = new(256);
    private string?[] _paths = [];

    public LineFiles(DwarfSections sections, string compilationDirectory, bool countsFromZero)
    {
        _sections = sections;
        _compilationDirectory = compilationDirectory;
        _countsFromZero = countsFromZero;
    }

    public void AddDirectory(NameReference name) => Add(_directories, name);

    public void AddFile(NameReference name, int directory) => Add(_files, new FileEntry(name, directory));

    public void Complete() => _paths = new string?[_files.Count];

    /// <summary>The folded path of a file by its number in the line program; null when there is no such file.</summary>
    public string? PathOf(int number)
    {
        int index = _countsFromZero ? number : number - 1;
        if (index < 0 || index >= _paths.Length)
        {
            return null;
        }

        ref string? slot = ref _paths[index];
        if (slot is null)
        {
            Volatile.Write(ref slot, BuildPath(_files[index]));
        }

        return slot;
    }

    private string BuildPath(FileEntry file)
    {
        string name = TextOf(file.Name);

        // Directory 0 is the compilation directory: implied before DWARF 5, the first entry since then, where it repeats the unit's.
        int directory = _countsFromZero ? file.Directory : file.Directory - 1;
        bool isNamed = directory >= 0 && directory < _directories.Count;
        string folder = isNamed ? TextOf(_directories[directory]) : "";
        string start = _compilationDirectory;
        if (_countsFromZero && _directories.Count > 0 && start.Length == 0)
        {
            start = TextOf(_directories[0]);
        }

        if (file.Directory == 0 && !folder.StartsWith('/'))
        {
            folder = "";
        }

        return SourcePath.Join(start, folder, name);
    }

    private string TextOf(NameReference name)
    {
        try
        {
            ReadOnlySpan<byte> text = name.Section switch
            {
                NameSection.LineStrings => _sections.LineStrings.Text(name.Offset),
                NameSection.Strings => _sections.Strings.Text(name.Offset),
                NameSection.Lines => _sections.Lines.Text(name.Offset),
                _ => default,
            };
            return Encoding.UTF8.GetString(text);
        }
        catch (DumpFormatException)
        {
            return "";
        }
    }

    private static void Add<T>(Growable<T> list, T item)
    {
        if (list.Count >= MaxEntries)
        {
            throw DwarfErrors.TooMany(".debug_line", 0, "more files than any unit names", MaxEntries);
        }

        list.Add(item);
    }

    internal enum NameSection : byte
    {
        None,
        Lines,
        Strings,
        LineStrings,
    }

    internal readonly record struct NameReference(NameSection Section, long Offset);

    private readonly record struct FileEntry(NameReference Name, int Directory);
}
