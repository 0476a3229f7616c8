// LineWrap: breaks sentences into lines that can be pasted in a mail.
namespace VaQuest.Diagnosis.Text;

/// <summary>Word wrap.</summary>
public static class LineWrap
{
    /// <summary>The width that reports aim for, in characters.</summary>
    public const int Width = 100;

    /// <summary>Lines of at most <paramref name="width"/> characters; words longer than that stay whole.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        int start = 0;
        while (text.Length - start > width)
        {
            int space = text.LastIndexOf(' ', start + width, width + 1);
            if (space <= start)
            {
                space = text.IndexOf(' ', start);
                if (space < 0)
                {
                    break;
                }
            }

            yield return text[start..space];
            start = space + 1;
        }

        yield return text[start..];
    }
}
