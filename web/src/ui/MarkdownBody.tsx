import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { CopyButton } from './bits';
import { Code } from './code/Code';
import classes from './Markdown.module.css';
import { rehypeSamples } from './rehypeSamples';

/** Headings of a text stand below the page's own. */
const components: Components = {
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h2>{children}</h2>,
  h3: ({ children }) => <h3>{children}</h3>,
  pre: ({ children }) => <>{children}</>,
  section: ({ children, className }) =>
    className === 'sample' ? (
      <div className={classes.sample}>{children}</div>
    ) : (
      <section>{children}</section>
    ),
  p: ({ children, className }) => (
    <p className={className === 'sample-label' ? classes.sampleLabel : undefined}>{children}</p>
  ),
  code: ({ className, children }) => {
    const text = String(children ?? '');
    const language = /language-(\S+)/.exec(className ?? '')?.[1];
    if (!language && !text.includes('\n')) return <code>{children}</code>;
    return <Block text={text.replace(/\n$/, '')} language={language} />;
  },
  a: ({ href, children }) => {
    const outside = href?.startsWith('http');
    return (
      <a
        href={href}
        className="link"
        {...(outside && { target: '_blank', rel: 'noreferrer noopener' })}
      >
        {children}
      </a>
    );
  },
  table: ({ children }) => (
    <div className={classes.table}>
      <table>{children}</table>
    </div>
  ),
};

/** In a conversation nobody makes headings of the page, and a picture of another host is only a link to it. */
const strong: Components['h1'] = ({ children }) => (
  <p>
    <strong>{children}</strong>
  </p>
);

const plainComponents: Components = {
  ...components,
  h1: strong,
  h2: strong,
  h3: strong,
  h4: strong,
  h5: strong,
  h6: strong,
  img: ({ src, alt }) => (
    <a href={String(src)} className="link" target="_blank" rel="noreferrer noopener">
      {alt || String(src)}
    </a>
  ),
};

interface MarkdownBodyProps {
  text: string;
  plain?: boolean;
}

export default function MarkdownBody({ text, plain = false }: MarkdownBodyProps): ReactNode {
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      rehypePlugins={plain ? [rehypeSanitize] : [rehypeSanitize, rehypeSamples]}
      components={plain ? plainComponents : components}
    >
      {text}
    </ReactMarkdown>
  );
}

function Block({ text, language }: { text: string; language: string | undefined }): ReactNode {
  const { t } = useTranslation();
  return (
    <figure className={classes.block}>
      <span className={classes.copy}>
        <CopyButton text={text} label={t('copyCode')} />
      </span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <Code text={text} language={language} />
      </pre>
    </figure>
  );
}
